/**
 * Every verb at random places of random broken buffers: cut, doubled, with signs that do not close, of odd line ends. Each
 * answers or has nothing to say; none throws, and places in answers lie within the documents. Seeded, so a failure
 * replays; what never ends runs into the time limit of a test.
 */
import { expect, it } from "vitest";
import { createNodeFileSystem } from "../../server/cli/nodeFileSystem.ts";
import { type ClientAbilities, FEATURES, type Feature } from "../../server/features/index.ts";
import { DEFAULT_INLAY_SETTINGS } from "../../server/features/inlayHint.ts";
import type { View } from "../../server/features/view.ts";
import { linesOf, type PositionEncoding, positionAt } from "../../server/workspace/lines.ts";
import { createMemoryFileSystem } from "../../server/workspace/memoryFileSystem.ts";
import { runToEnd, Workspace } from "../../server/workspace/workspace.ts";
import { createRandom, editText, type Random } from "../compiler/incrementalEdits.ts";
import { parseFixture, TINY_TREE } from "../support/fixture.ts";
import { describeWithOracle, POLICY_SOURCE, policySource } from "../support/oracles.ts";
import { isRecord, Places } from "../support/protocol/places.ts";

const CLIENT: ClientAbilities = {
  snippets: true,
  locationLinks: true,
  hierarchicalSymbols: true,
  inlayHints: { ...DEFAULT_INLAY_SETTINGS, parameterNames: "all" },
  resolvesCompletions: true,
  resolvesActions: true,
  edits: { documentChanges: true, annotations: true, renamesFiles: true, makesFiles: true },
};

const MODULE = `
//- /p/policy/modules/apps/app.if
## <summary>An application.</summary>
########################################
## <summary>Read the application's files.</summary>
## <param name="domain"><summary>Domain allowed access.</summary></param>
#
interface(\`app_read',\`
	gen_require(\`
		type app_file_t;
	')
	kernel_read_files($1)
	allow $1 app_file_t:file read_file_perms;
')
//- /p/policy/modules/apps/app.fc
/app	--	gen_context(system_u:object_r:app_file_t,s0)
/app(/.*)?	gen_context(system_u:object_r:app_file_t,s0)
//- /p/policy/modules/apps/app.te
policy_module(app, 1.0.0)

gen_tunable(app_may, false)
type app_t;
kernel_domain_template(helper)
type app_file_t, file_type;
typebounds app_t helper_t;
app_read(app_t)
allowxperm app_t app_file_t:file ioctl { 0x5401 0x8900-0x8905 };
tunable_policy(\`app_may',\`
	allow app_t app_file_t:file { read_file_perms write };
')
ifdef(\`distro_x',\`
	allow app_t self:process fork;
')
optional_policy(\`
	gen_require(\`
		type gone_t;
	')
	allow app_t gone_t:file read;
')
`;

const ENCODINGS: readonly PositionEncoding[] = ["utf-8", "utf-16", "utf-32"];
const ODD = [
  "`",
  "'",
  "(",
  ")",
  "{",
  "}",
  "\r",
  "\0",
  "\ufeff",
  "😀",
  "$1",
  "$*",
  "\n\n",
  "\\",
  '"',
  "#",
  ",",
];

/** A text that nobody wrote on purpose. */
function broken(random: Random, text: string): string {
  let now = text;
  for (let edits = 1 + random(4); edits > 0; edits--) {
    const at = random(now.length + 1);
    const odd = ODD[random(ODD.length)] as string;
    switch (random(9)) {
      case 0:
        now = now.slice(0, at);
        break;
      case 1:
        now = now.slice(at);
        break;
      case 2:
        now = now.slice(0, at) + odd.repeat(1 + random(200)) + now.slice(at);
        break;
      case 3:
        now = now.replaceAll("\n", random(2) === 0 ? "\r" : "\r\n");
        break;
      case 4:
        now = random(8) === 0 ? "" : now + now;
        break;
      case 5:
        now = `${now.slice(0, at)} ${"x_t ".repeat(random(3000))}${now.slice(at)}`;
        break;
      default:
        now = editText(random, now, text);
    }
    if (now.length > 200_000) now = now.slice(0, 100_000);
  }
  return now;
}

/** What a request about a place takes, whatever it needs of it. */
function paramsAt(random: Random, text: string, encoding: PositionEncoding): object {
  const lines = linesOf(text);
  const somewhere = () =>
    random(12) === 0
      ? { line: random(9) * 1000, character: random(9) * 1000 }
      : positionAt(lines, random(text.length + 1), encoding);
  const [a, b] = [somewhere(), somewhere()];
  const isInOrder = a.line < b.line || (a.line === b.line && a.character <= b.character);
  const range = isInOrder ? { start: a, end: b } : { start: b, end: a };
  return {
    position: a,
    positions: [a, b],
    range,
    ranges: [range],
    context: { includeDeclaration: true, diagnostics: [], triggerKind: 1 },
    options: { tabSize: 8, insertSpaces: random(2) === 0 },
    ch: ["\n", ";", ")", "}"][random(4)],
    newName: ["new_t", "read", "a b", ""][random(4)],
    previousResultId: "1:utf-16",
    query: ["", "app", "$"][random(3)],
  };
}

const byMethod = (method: string): Feature => FEATURES.find((one) => one.method === method) as Feature;
const INNER: Readonly<Record<string, readonly string[]>> = {
  "textDocument/completion": ["completionItem/resolve"],
  "textDocument/codeLens": ["codeLens/resolve"],
  "textDocument/codeAction": ["codeAction/resolve"],
  "textDocument/prepareCallHierarchy": ["callHierarchy/incomingCalls", "callHierarchy/outgoingCalls"],
  "textDocument/prepareTypeHierarchy": ["typeHierarchy/supertypes", "typeHierarchy/subtypes"],
};

/** Asks everything once, follows some of the items, and gives what is wrong with the places. */
function askEverything(
  random: Random,
  view: View,
  path: string,
  textOf: (path: string) => string | undefined,
): string[] {
  const text = textOf(path) as string;
  const faults: string[] = [];
  const uri = `file://${path}`;
  const places = new Places(
    (one) => {
      const known = textOf(one.replace("file://", ""));
      return known === undefined ? undefined : [known];
    },
    view.encoding,
    uri,
  );
  for (const feature of FEATURES) {
    if (!feature.method.startsWith("textDocument/") && feature.method !== "workspace/symbol") continue;
    const params = { textDocument: { uri }, ...paramsAt(random, text, view.encoding) };
    const answer = feature.answer(view, path, params, CLIENT);
    if (!/semanticTokens|workspace\/symbol/.test(feature.method)) places.look(answer, uri, feature.method);
    const items = Array.isArray(answer) ? answer : isRecord(answer) ? answer.items : undefined;
    if (!Array.isArray(items)) continue;
    for (const method of INNER[feature.method] ?? [])
      for (const item of items.slice(0, 4)) {
        const given = method.includes("Hierarchy/") ? { item } : item;
        const inner = byMethod(method);
        const about = inner.pathOf?.(given);
        if (about !== undefined) inner.answer(view, about, given, CLIENT);
      }
  }
  for (const fault of places.faults) faults.push(fault);
  return faults;
}

function fuzz(
  workspace: Workspace,
  paths: readonly string[],
  textOf: (path: string) => string,
  seed: number,
): string[] {
  const random = createRandom(seed);
  const path = paths[random(paths.length)] as string;
  const encoding = ENCODINGS[random(3)] as PositionEncoding;
  workspace.open(path, `file://${path}`, seed, broken(random, textOf(path)));
  const snapshot = workspace.snapshotOf(path);
  if (snapshot === undefined) throw new Error(`no project holds ${path}`);
  const view: View = { snapshot, encoding, uriOf: (one) => `file://${one}` };
  const known = (one: string) => snapshot.fileAt(one)?.text;
  const faults = askEverything(random, view, path, known);
  workspace.close(path);
  return faults.map((fault) => `seed ${seed}: ${fault}`);
}

it("a small policy", () => {
  const { files } = parseFixture(`${TINY_TREE}${MODULE}`);
  const workspace = new Workspace(createMemoryFileSystem(files));
  runToEnd(workspace.addRoot("/p"));
  const paths = [...files.keys()];
  for (let seed = 1; seed <= 150; seed++)
    expect(fuzz(workspace, paths, (path) => files.get(path) as string, seed)).toEqual([]);
}, 120_000);

describeWithOracle("the reference policy", [POLICY_SOURCE], () => {
  it("in files of every kind", () => {
    const files = createNodeFileSystem();
    const workspace = new Workspace(files);
    runToEnd(workspace.addRoot(policySource() ?? ""));
    const sources = workspace.snapshots()[0]?.files() ?? [];
    const paths = sources.filter(({ generated }) => !generated).map(({ path }) => path);
    const texts = new Map(sources.map(({ path, text }) => [path, text]));
    for (let seed = 1; seed <= 12; seed++)
      expect(fuzz(workspace, paths, (path) => texts.get(path) as string, seed)).toEqual([]);
  }, 300_000);
});
