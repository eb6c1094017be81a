/** Checks of file contexts: bad patterns, conflicts between modules, entries that never win. */
import { expect, it } from "vitest";
import { parseFileContexts } from "../../../grammar/contexts/fileContexts.ts";
import { createWords } from "../../../grammar/parse.ts";
import type { CheckContext, CheckFile } from "../../../server/checks/check.ts";
import { LABELLING_CHECKS } from "../../../server/checks/labelling/index.ts";
import type { Compiled, Finding } from "../../../server/compiler/face.ts";

/** What the checks say about some modules' file contexts: code and the text that is blamed. */
function found(...texts: readonly string[]): readonly string[] {
  const words = createWords();
  const files: CheckFile[] = texts.map((text, id) => ({
    id,
    path: `/m${id}.fc`,
    role: "fc",
    module: `m${id}`,
    foreign: false,
    generated: false,
    text,
    tree: parseFileContexts(text, words),
  }));
  const sources = files.map((file) => ({ ...file, enabled: true }));
  const compiled = { sources: () => sources, options: { defines: new Map() } } as unknown as Compiled;
  const context: CheckContext = {
    compiled,
    file: (id) => files[id],
    files: () => files,
    option: () => undefined,
    prepare: function* () {},
    shared: (_key, make) => make(),
    perTree: (_key, file, make) => make(file),
  };
  const said: string[] = [];
  const tell = (one: Pick<Finding, "file" | "start" | "end" | "code">) =>
    said.push(`${one.code} ${one.file} ${texts[one.file]?.slice(one.start, one.end)}`);
  for (const check of LABELLING_CHECKS) {
    if (check.scope === "whole") for (const _ of check.run(context, tell));
    else if (check.scope === "text")
      for (const file of files) check.run(file, context.option, (one) => tell({ ...one, file: file.id }));
  }
  return said;
}

it.each([
  ["an open parenthesis", ["/a(b\ta:b:c_t"], ["fc-regex-invalid 0 ("]],
  ["two contexts, two modules", ["/a\t--\ta:b:c_t", "/a\t--\ta:b:d_t"], ["fc-conflict 1 /a"]],
  ["the same twice", ["/a(/.*)?\ta:b:c_t\n/a(/.*)?\ta:b:c_t"], ["fc-duplicate 0 /a(/.*)?"]],
  [
    "a stronger expression",
    ["/u/l(/.*)?/n.+\\.so\t--\ta:b:c_t\n/u/l/.*\ta:b:d_t"],
    ["fc-shadowed 0 /u/l(/.*)?/n.+\\.so"],
  ],
  ["other kinds", ["/a\t--\ta:b:c_t", "/a\t-d\ta:b:d_t"], []],
  ["a stronger plain path", ["/a/.*\ta:b:c_t\n/a/b\ta:b:d_t"], []],
  ["home templates apart", ["HOME_DIR/x\ta:b:c_t\n/home/x\ta:b:d_t"], []],
])("%s", (_what, texts, expected) => {
  expect(found(...texts)).toEqual(expected);
});
