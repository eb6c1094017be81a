/** From an offset to the token and the nodes around it. */
import { expect, it } from "vitest";
import { createWords, parsePolicy } from "../../../grammar/parse.ts";
import { ancestors, nodeAt, parentOf, pathTo, tokenAt, tokenBefore } from "../../../grammar/syntax/find.ts";
import { N_AVRULE, N_BLOCK, N_FILE, N_INTERFACE, N_NAME, N_SET } from "../../../grammar/syntax/kinds.ts";
import { textOf } from "../../../grammar/syntax/tree.ts";

const TEXT = "interface(`x',`\n\tallow a b:c { d e };\n')\ntype t;";
const tree = parsePolicy(TEXT, createWords(), "refpolicy");

it("goes down to the innermost node", () => {
  const path = pathTo(tree, TEXT.indexOf("e }"));
  const expected = [N_FILE, N_INTERFACE, N_BLOCK, N_AVRULE, N_SET, N_NAME];
  expect(path.map((node) => tree.kind[node])).toEqual(expected);
  expect(textOf(tree, path.at(-1) as number)).toBe("e");
  expect(ancestors(tree, path.at(-1) as number)).toEqual(path);
  expect(parentOf(tree, path.at(-1) as number)).toBe(path.at(-2));
  expect(parentOf(tree, 0)).toBe(-1);
});

it("counts the place behind a node as in it, unless another starts there", () => {
  expect(textOf(tree, nodeAt(tree, TEXT.indexOf("b:") + 1))).toBe("b");
  expect(textOf(tree, nodeAt(tree, TEXT.indexOf("c {")))).toBe("c");
});

it("finds tokens", () => {
  const at = (offset: number): string => {
    const token = tokenAt(tree.tokens, offset);
    return token < 0 ? "" : TEXT.slice(tree.tokens.start[token], tree.tokens.end[token]);
  };
  expect(at(TEXT.indexOf("allow") + 2)).toBe("allow");
  expect(at(TEXT.indexOf("\tallow"))).toBe("");
  expect(at(TEXT.length)).toBe(";");
  expect(tokenBefore(tree.tokens, 0)).toBe(-1);
  expect(tokenBefore(tree.tokens, TEXT.length)).toBe(tree.tokens.count - 1);
});
