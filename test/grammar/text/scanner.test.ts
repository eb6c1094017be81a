/** Tokens of both dialects, and m4's view of quotes in comments. */
import { expect, it } from "vitest";
import { type Dialect, scan } from "../../../grammar/text/scanner.ts";
import { createWords, TOKEN_NAMES } from "../../../grammar/text/tokens.ts";

function tokensOf(text: string, dialect: Dialect): string {
  const { tokens } = scan(text, createWords(), dialect);
  const shown: string[] = [];
  for (let i = 0; i < tokens.count; i++) {
    const name = TOKEN_NAMES[tokens.type[i] as number] as string;
    const image = text.slice(tokens.start[i], tokens.end[i]);
    shown.push(name === image ? image : `${name}:${image}`);
  }
  return shown.join(" ");
}

const CASES: readonly (readonly [Dialect, string, string])[] = [
  ["kernel", "a-b.c d. e", "name:a-b.c name:d . name:e"],
  [
    "kernel",
    "12 0x1F 1.2 1.2.3.4 1.2.3.4/8 9p",
    "number:12 number:0x1F version:1.2 address:1.2.3.4 address range:1.2.3.4/8 file system name:9p",
  ],
  [
    "kernel",
    ":: ::1 fe80::/64 a:b c:d:e",
    "address::: address:::1 address range:fe80::/64 name:a : name:b address:c:d:e",
  ],
  ["kernel", "/a(b)c,d e", "path:/a(b)c,d name:e"],
  ["kernel", '"a b" "', 'string:"a b" unknown character:"'],
  ["kernel", "allow ALLOW Allow low-high", "allow allow:ALLOW name:Allow low-high"],
  [
    "kernel",
    "a==b!=c&&d||e^!f",
    "name:a eq:== name:b != name:c and:&& name:d or:|| name:e xor:^ not:! name:f",
  ],
  ["kernel", "foo( `a'", "name:foo ( unknown character:` name:a unknown character:'"],
  ["kernel", '#line 1 "x"\na # b\nc', "name:a name:c"],
  ["refpolicy", "foo( foo (", "macro call:foo ( name:foo ("],
  ["refpolicy", "ifdef(`a',` b ')", "ifdef ( ` name:a ' , ` name:b ' )"],
  ["refpolicy", "ifdef interface", "name:ifdef name:interface"],
  ["refpolicy", "$1_t a_$2.c$3 $* -$1", "name:$1_t name:a_$2.c$3 name:$* - name:$1"],
  ["refpolicy", "/a/b,c /d) /e'", "path:/a/b , name:c path:/d ) path:/e '"],
  ["refpolicy", "a # `b' ( \nc", "name:a name:c"],
  ["refpolicy", "# don't\na", "name:a"],
  ["refpolicy", "` # `b' ( \nc'", "` name:c '"],
  ["refpolicy", "`x\n # don't ( \nc'", "` name:x ' name:c '"],
  ["refpolicy", "`a # b' c", "` name:a ' name:c"],
  ["refpolicy", "a dnl b ' c\nd", "name:a name:d"],
];

it.each(CASES)("%s: %s", (dialect, text, expected) => {
  expect(tokensOf(text, dialect)).toBe(expected);
});

it("reports the apostrophe that ends a quote in a comment, once", () => {
  const { errors, commentQuotes } = scan("`x\n# don't\ny'", createWords(), "refpolicy");
  expect(errors.map((error) => [error.code, error.start, error.end])).toEqual([["m4-comment-quote", 8, 9]]);
  expect(commentQuotes).toEqual([8]);
});

it("is silent about quotes that comments balance over several lines", () => {
  expect(scan("`x\n#a(`\n# b\n#')\ny'", createWords(), "refpolicy").errors).toEqual([]);
});
