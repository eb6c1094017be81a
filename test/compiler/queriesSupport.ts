/**
 * Small policies for tests of the compiler's questions: files by path, compiled without a workspace. Offsets are
 * found by text, so that a test says what it points at.
 */
import { createCompiled } from "../../server/compiler/compile.ts";
import type {
  BuildOptions,
  Compiled,
  Declaration,
  FileRole,
  Site,
  Source,
} from "../../server/compiler/face.ts";
import { createWords, parseSource } from "../../server/workspace/engine.ts";

export const OPTIONS: BuildOptions = {
  defines: new Map(),
  mls: false,
  mode: "monolithic",
  handleUnknown: "deny",
  booleans: new Map(),
};

const ROLES: readonly [RegExp, FileRole][] = [
  [/security_classes$/, "security_classes"],
  [/initial_sids$/, "initial_sids"],
  [/access_vectors$/, "access_vectors"],
  [/\.spt$/, "support"],
  [/\.if$/, "if"],
  [/\.te$/, "te"],
];

/** Flask definitions that every small policy starts with. */
const FLASK: Readonly<Record<string, string>> = {
  "f/security_classes": "class file\nclass dir\nclass process\n",
  "f/initial_sids": "sid kernel\n",
  "f/access_vectors":
    "common file { read write getattr open ioctl }\nclass file inherits file { execute }\n" +
    "class dir inherits file { search }\nclass process { fork signal }\n",
};

export interface Small {
  readonly compiled: Compiled;
  readonly source: (path: string) => Source;
  /** offset of a text in a file */
  readonly at: (path: string, text: string) => number;
  /** `file: text` of a place */
  readonly textAt: (site: Site) => string;
  /** `file: text`, and the texts of the calls below it */
  readonly placeOf: (declaration: Declaration) => string;
  /** gives a file another text; undefined removes it */
  readonly edit: (path: string, text: string | undefined) => void;
}

/** Compiles small files; paths that start with `off/` are modules that the build leaves out. */
export function small(files: Readonly<Record<string, string>>, options: BuildOptions = OPTIONS): Small {
  const words = createWords();
  const sources = new Map<string, Source>();
  const make = (path: string, text: string, id: number): Source => {
    const role = ROLES.find(([pattern]) => pattern.test(path))?.[1] ?? "te";
    const module = path.replace(/^.*\/|\.\w+$/g, "");
    return {
      id,
      path,
      role,
      module,
      enabled: !path.startsWith("off/"),
      tree: parseSource(text, role, words),
    };
  };
  for (const [path, text] of Object.entries({ ...FLASK, ...files }))
    sources.set(path, make(path, text, sources.size + 1));
  const compiled = createCompiled([...sources.values()], options, words);
  const source = (path: string): Source => {
    const found = sources.get(path);
    if (found === undefined) throw new Error(`no ${path}`);
    return found;
  };
  const textAt = (site: Site): string => {
    const found = [...sources.values()].find((s) => s.id === site.file);
    return found === undefined ? "?" : `${found.path}: ${found.tree.tokens.text.slice(site.start, site.end)}`;
  };
  return {
    compiled,
    source,
    at: (path, text) => {
      const offset = source(path).tree.tokens.text.indexOf(text);
      if (offset < 0) throw new Error(`${path} does not hold ${text}`);
      return offset;
    },
    textAt,
    placeOf: (d) => [textAt(d), ...(d.via ?? []).map(textAt), ...(d.active ? [] : ["inactive"])].join(" < "),
    edit: (path, text) => {
      const id = sources.get(path)?.id ?? sources.size + 1;
      const changed = text === undefined ? undefined : make(path, text, id);
      if (changed === undefined) sources.delete(path);
      else sources.set(path, changed);
      compiled.update([{ id, source: changed }]);
    },
  };
}
