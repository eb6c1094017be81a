/** Formatting while typing: `$0` is the cursor, behind the character that was just typed. */
import { describe, expect, it } from "vitest";
import type { FormattingOptions, TextEdit } from "vscode-languageserver-types";
import {
  formatting,
  onTypeFormatting,
  rangesFormatting,
} from "../../../server/features/format/formatting.ts";
import { toRange } from "../../../server/features/view.ts";
import { offsetAt } from "../../../server/workspace/lines.ts";
import type { SourceFile } from "../../../server/workspace/snapshot.ts";
import { atCursor, loadFixture } from "../../support/fixture.ts";

const TABS: FormattingOptions = { tabSize: 8, insertSpaces: false };

function applied(file: SourceFile, edits: readonly TextEdit[]): string {
  let text = file.text;
  for (const { range, newText } of edits.toReversed())
    text =
      text.slice(0, offsetAt(file.lines, range.start)) +
      newText +
      text.slice(offsetAt(file.lines, range.end));
  return text;
}

/** The text after a character was typed at the cursor. */
function typed(text: string, character: string, path = "/m/test.te", options = TABS): string {
  const other = path.endsWith(".te") ? "" : "//- /m/test.te\npolicy_module(test, 1.0)\n";
  const { view, place } = atCursor(loadFixture(`//- ${path}\n${text}${other}`));
  const { start } = toRange(view, place.file, place.offset, place.offset);
  return applied(place.file, onTypeFormatting(view, place.file, start, character, options));
}

type Case = readonly [name: string, before: string, after: string];

const NEW_LINES: readonly Case[] = [
  ["in a block", "optional_policy(`\n$0", "optional_policy(`\n\t"],
  ["in a closed block", "optional_policy(`\n$0\n')\n", "optional_policy(`\n\t\n')\n"],
  [
    "in a block of a block",
    "ifdef(`a',`\n\toptional_policy(`\n$0\n",
    "ifdef(`a',`\n\toptional_policy(`\n\t\t\n",
  ],
  ["behind a statement", "optional_policy(`\n\ta(b)\n$0\n')\n", "optional_policy(`\n\ta(b)\n\t\n')\n"],
  ["behind a block", "optional_policy(`\n\ta(b)\n')\n\t$0\n", "optional_policy(`\n\ta(b)\n')\n\n"],
  ["in braces", "if (x) {\n$0\n}\n", "if (x) {\n\t\n}\n"],
  ["in a set", "allow a b:c {\n$0", "allow a b:c {\n\t"],
  ["in front of what closes", "optional_policy(`\n\ta(b)\n\t$0')\n", "optional_policy(`\n\ta(b)\n')\n"],
  ["in the middle of a statement: as the editor has it", "allow a\n  $0\n", "allow a\n  \n"],
  [
    "in an interface, whatever was left open before",
    "optional_policy(`\n\ninterface(`a',`\n$0",
    "optional_policy(`\n\ninterface(`a',`\n\t",
  ],
];

const CLOSING: readonly (readonly [name: string, character: string, before: string, after: string])[] = [
  ["a quote", "'", "optional_policy(`\n\ta(b)\n\t'$0", "optional_policy(`\n\ta(b)\n'"],
  ["a brace", "}", "if (x) {\n\tallow a b:c d;\n\t\t}$0\n", "if (x) {\n\tallow a b:c d;\n}\n"],
  ["not behind something", "'", "optional_policy(`\n\ta(b) '$0", "optional_policy(`\n\ta(b) '"],
  ["not in a comment", "}", "if (x) {\n\t#\n\t# }$0\n", "if (x) {\n\t#\n\t# }\n"],
  ["what closes nothing", "}", "type a_t;\n  }$0\n", "type a_t;\n  }\n"],
  [
    "a statement",
    ";",
    "type  a_t;\nallow  a_t {b}:file read ;$0\n",
    "type  a_t;\nallow a_t { b }:file read;\n",
  ],
];

describe("a new line", () => {
  it.each(NEW_LINES)("%s", (_name, before, after) => expect(typed(before, "\n")).toBe(after));

  it("is indented with the editor's blanks", () => {
    const blanks = { tabSize: 4, insertSpaces: true };
    expect(typed("optional_policy(`\n$0", "\n", "/m/test.te", blanks)).toBe("optional_policy(`\n    ");
  });

  it("brings the file context before it into line, and nothing else", () => {
    const context = "gen_context(system_u:object_r:a_t,s0)";
    const column = `/a\t\t--\t${context}\n/b\t\t--\t${context}\n`;
    expect(typed(`${column}/c  ${context}\n$0\n\n\n`, "\n", "/m/test.fc")).toBe(
      `${column}/c\t\t\t${context}\n\n\n`,
    );
  });
});

describe("a character that ends something", () => {
  it.each(CLOSING)("%s", (_name, character, before, after) => expect(typed(before, character)).toBe(after));
});

describe("requests", () => {
  const text = "type  a_t;\n$0type  b_t;\ntype  c_t;\n";

  it("format a document", () => {
    const { view, place } = atCursor(loadFixture(text));
    expect(applied(place.file, formatting(view, place.file, TABS))).toBe("type a_t;\ntype b_t;\ntype c_t;\n");
  });

  it("format whole lines of ranges, each edit once", () => {
    const { view, place } = atCursor(loadFixture(text));
    const at = (line: number, character: number) => ({ line, character });
    const ranges = [
      { start: at(1, 6), end: at(2, 0) },
      { start: at(1, 0), end: at(1, 1) },
    ];
    const edits = rangesFormatting(view, place.file, ranges, TABS);
    expect(edits).toHaveLength(1);
    expect(applied(place.file, edits)).toBe("type  a_t;\ntype b_t;\ntype  c_t;\n");
  });

  it("send one edit instead of very many", () => {
    const { view, place } = atCursor(loadFixture("type  a_t;\n".repeat(10_001)));
    const edits = formatting(view, place.file, TABS);
    expect(edits).toHaveLength(1);
    expect(applied(place.file, edits)).toBe("type a_t;\n".repeat(10_001));
  });
});
