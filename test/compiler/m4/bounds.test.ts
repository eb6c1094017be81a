/*
 * Hostile input: every run ends soon, with an error value that names a place, and without an exception.
 */
import { describe, expect, it } from "vitest";
import { runM4 } from "../../../server/compiler/m4/m4.ts";

const LIMITS = {
  maxExpansions: 300_000,
  maxOutput: 4_000_000,
  maxWork: 200_000_000,
  maxRegexSteps: 1_000_000,
};

const HOSTILE: readonly (readonly [string, RegExp])[] = [
  ["define(`a',`a a')\na", /nest too deeply/],
  ["define(`a',`a')\na", /too many macro expansions/],
  ["define(`f',`f(f($1))')\nf(1)", /calls nest too deeply/],
  ["define(`x',`x($1$1)')\nx(aa)", /grows too large/],
  ["define(`x',`$1 x(`$1$1')')\nx(aaaaaaaa)", /grow|nest/],
  ["define(`x',`x($@,$@)')\nx(a,b)", /too many|large|too/],
  ["\neval(1,10,2000000000)", /too long/],
  ["\neval(2147483647,1)", /too long/],
  ["\nformat(`%2000000000d',1)", /too long/],
  ["\nformat(`%.2000000000d',1)", /too long/],
  [`\neval(${"(".repeat(100_000)}1${")".repeat(100_000)})`, /nests too deeply/],
  [`\neval(${"-~".repeat(100_000)}1)`, /nests too deeply/],
  [`\nregexp(\`${"a".repeat(3000)}',\`\\(a*\\)*\\1b')`, /takes too long/],
  ["define(`w',`m4wrap(`w')')\nw", /too many macro expansions/],
  ["define(`d',`indir(`d')x')\nd", /nest too deeply/],
  ["define(`o',`0123456789012345678901234567890123456789o')\no", /too|large/],
];

describe("hostile input", () => {
  it.each(HOSTILE)("%.60s", (text, message) => {
    const result = runM4([{ path: "evil", text }], { limits: LIMITS });
    const last = result.errors.at(-1);
    expect(last?.kind).toBe("limit");
    expect(last?.message).toMatch(message);
    expect(result.exitCode).toBe(1);
    expect(last?.file === "evil" ? last.line : 2).toBe(2);
  });

  it("powers and regular expressions that would explode are just answered", () => {
    const bomb = `regexp(\`${"a".repeat(2000)}',\`^\\(a*\\)*\\(a+a+\\)+b$')`;
    const result = runM4([{ path: "evil", text: `eval(2**2147483647) ${bomb} eval(3**1000000007)` }]);
    expect(result.errors).toEqual([]);
    expect(result.value).toBe("0 -1 577888395");
  });

  it("many nested parentheses and quotes are read without recursion", () => {
    const deep = "(".repeat(200_000) + ")".repeat(200_000);
    const quotes = "`".repeat(200_000) + "'".repeat(200_000);
    expect(runM4([{ path: "a", text: `len(${deep}) len(${quotes})` }]).value).toBe("400000 399998");
  });

  it("a long list of indirections is followed without recursion", () => {
    const text = `indir(${"`indir',".repeat(50_000)}\`len',\`abc')`;
    expect(runM4([{ path: "a", text }]).value).toBe("3");
  });

  it("keeps the end of the run in a list of errors that is full", () => {
    const text = "len(a,b)".repeat(50);
    const result = runM4([{ path: "a", text: `${text}define(\`a',\`a a')a` }], { limits: { maxErrors: 10 } });
    expect(result.errors).toHaveLength(10);
    expect(result.errors.at(-1)?.kind).toBe("limit");
  });
});
