// Semantic tokens after edits are made from those before them; they have to be what a fresh look at the text gives, and
// the delta has to lead there. Random edits of two files, with what changes the meaning of words far away: quotes,
// declarations, optional blocks, macros that become deprecated, line ends, letters of two and four bytes.

import fc from "fast-check";
import { expect, it } from "vitest";
import type { SemanticTokens } from "vscode-languageserver-types";
import {
  semanticTokensDelta,
  semanticTokensFull,
  semanticTokensRange,
} from "../../server/features/semanticTokens/semanticTokens.ts";
import { toRange, type View } from "../../server/features/view.ts";
import { atCursor, loadFixture, TINY_TREE } from "../support/fixture.ts";

const TE = `policy_module(app, 1.0.0)

attribute app_domain;
type app_t, app_domain;
type app_file_t, file_type;
# é and 😀
app_read(app_t)
allow app_t app_file_t:file read_file_perms; # 😀
ifdef(\`enable_nothing',\`
	allow app_t self:process fork;
')
optional_policy(\`
	gen_require(\`
		type gone_t;
	')
	allow gone_t app_domain:file read;
')
type_transition app_t app_file_t:file app_t "é";
allow app_t app_file_t:dir search;
`;
const IF = `interface(\`app_read',\`
	gen_require(\`
		type app_file_t;
	')
	allow $1 app_file_t:file read_file_perms;
')
interface(\`app_other',\`
	app_read($1)
')
`;
const PIECES = [
  ...[
    "x",
    " ",
    "\n",
    "\r\n",
    "\r",
    "'",
    "`",
    "\t",
    "# é😀 ",
    "dnl ",
    ";",
    "(",
    ")",
    "{ ",
    "} ",
    '"é"',
    "\n\n",
  ],
  "')\n",
  "optional_policy(`\n",
  "ifdef(`enable_nothing',`\n",
  "type gone_t;\n",
  "attribute app_file_t;\n",
  "allow app_t app_t:process { fork signal };\n",
  "optional_policy(`\n\tallow gone_t gone_t:file read;\n')\n",
  "define(`enable_nothing',`')\n",
  "refpolicywarn(`$0 is deprecated')\n",
  "interface(`app_read',`refpolicywarn(`deprecated')')\n",
];
const FILES = ["/p/policy/modules/apps/app.te", "/p/policy/modules/apps/app.if"];

const edit = fc.record({
  file: fc.integer({ min: 0, max: 3 }).map((n) => (n === 0 ? 1 : 0)),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.constantFrom(0, 0, 0, 1, 3, 30),
  piece: fc.constantFrom(...PIECES),
  undo: fc.boolean(),
});

it("tokens of a version made from those of the last are those of a fresh look", () => {
  fc.assert(
    fc.property(
      fc.array(edit, { minLength: 4, maxLength: 24 }),
      fc.constantFrom("utf-16", "utf-8", "utf-32"),
      fc.boolean(),
      (edits, encoding, augments) => {
        const fixture = loadFixture(`${TINY_TREE}\n//- ${FILES[0]}\n${TE}$0\n//- ${FILES[1]}\n${IF}`, "/p");
        let told: SemanticTokens | undefined;
        let before = "";
        for (const [version, { file, at, removed, piece, undo }] of edits.entries()) {
          const path = FILES[file] as string;
          const text = atCursor(fixture).view.snapshot.fileAt(path)?.text ?? "";
          const from = Math.floor(at * text.length);
          const now =
            undo && file === 0 && before !== ""
              ? before
              : text.slice(0, from) + piece + text.slice(from + removed);
          if (file === 0) before = text;
          fixture.workspace.open(path, `file://${path}`, version + 1, now);
          told = compare({ ...atCursor(fixture).view, encoding }, augments, told);
        }
      },
    ),
    { numRuns: 80 },
  );
});

it("statements that leave an inactive branch are told anew", () => {
  const fixture = loadFixture(`${TINY_TREE}\n//- ${FILES[0]}\n${TE}$0\n`, "/p");
  const rest = "allow app_t app_file_t:dir search;\nallow app_t self:process fork;\n";
  let told: SemanticTokens | undefined;
  for (const [version, end] of ["", "')\n", ""].entries()) {
    const text = `${TE}ifdef(\`enable_nothing',\`\nallow app_t self:process fork;\n${end}${rest}`;
    fixture.workspace.open(FILES[0] as string, "file:///a", version + 1, text);
    told = compare(atCursor(fixture).view, false, told);
  }
});

function compare(view: View, augments: boolean, told: SemanticTokens | undefined): SemanticTokens {
  const file = view.snapshot.fileAt(FILES[0] as string);
  if (file === undefined) throw new Error("the module is gone");
  const whole = toRange(view, file, 0, file.text.length);
  const fresh = semanticTokensRange(view, file, whole, augments).data;
  const delta = told && semanticTokensDelta(view, file, told.resultId ?? "", augments);
  const full = semanticTokensFull(view, file, augments);
  expect(full.data).toEqual(fresh);
  if (told !== undefined && delta !== undefined && "edits" in delta) {
    const data = [...told.data];
    for (const one of delta.edits) data.splice(one.start, one.deleteCount, ...(one.data ?? []));
    expect(data).toEqual(fresh);
  }
  return full;
}
