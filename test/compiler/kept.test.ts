/** What is known of blocks stays known through an edit where it is right, and is found anew where it is not. */
import { expect, it } from "vitest";
import {
  LEADS_KNOWN,
  LEADS_ON,
  OP_CALL,
  OP_DECL,
  OP_LENGTH,
  OP_OPTIONAL,
} from "../../server/compiler/code.ts";
import { CompiledPolicy } from "../../server/compiler/compile.ts";
import { mayLeadTo } from "../../server/compiler/walk.ts";
import { LivePolicy } from "./incrementalSupport.ts";

const INNER =
  "interface(`inner',`\n\tgen_require(`\n\t\ttype inner_t;\n\t')\n\tallow $1 inner_t:file read;\n')\n";
const OUTER = "interface(`outer',`\n\tinner($1)\n')\n";
const FLASK = "class file\nclass process\nsid kernel\n";
const VECTORS = "class file { read write }\nclass process { signal }\n";

interface Opened {
  readonly live: LivePolicy;
  readonly compiled: CompiledPolicy;
  id(path: string): number;
}

function open(): Opened {
  const file = (path: string, role: "te" | "if" | "security_classes" | "access_vectors", text: string) => ({
    path,
    role,
    module: path.replace(/\..*/, ""),
    enabled: true,
    text,
  });
  const live = new LivePolicy({
    sources: [
      file("security_classes", "security_classes", FLASK),
      file("access_vectors", "access_vectors", VECTORS),
      file("inner.if", "if", INNER),
      file("outer.if", "if", OUTER),
      file("inner.te", "te", "policy_module(inner)\ntype inner_t;\n"),
      file("app.te", "te", "policy_module(app)\ntype app_t;\nouter(app_t)\n"),
      file("other.te", "te", "policy_module(other)\ntype other_t;\nouter(other_t)\n"),
    ],
    options: {
      defines: new Map(),
      mls: false,
      mode: "monolithic",
      handleUnknown: "deny",
      booleans: new Map(),
    },
  });
  const { compiled } = live;
  if (!(compiled instanceof CompiledPolicy)) throw new Error("not the engine");
  return {
    live,
    compiled,
    id: (path) => live.ids().find((one) => live.get(one)?.path === path) as number,
  };
}

/** What a block leads to, by a walk. */
function leadsTo({ state }: CompiledPolicy, block: number): number {
  const { blocks, code } = state;
  const seen = new Set([block]);
  let found = 0;
  for (const one of seen) {
    found |= blocks.contents.at[one] as number;
    const stop = blocks.codeEnd.at[one] as number;
    for (
      let at = blocks.codeStart.at[one] as number;
      at >= 0 && at < stop;
      at += OP_LENGTH[code.at[at] as number] as number
    ) {
      const op = code.at[at];
      if (op !== OP_CALL && op !== OP_OPTIONAL) continue;
      seen.add(code.at[at + 1] as number);
      if (op === OP_OPTIONAL && (code.at[at + 2] as number) >= 0) seen.add(code.at[at + 2] as number);
    }
  }
  return found;
}

it("what blocks lead to is known after an edit that brings more, in callers too", () => {
  const { live, compiled, id } = open();
  const { blocks } = compiled.state;
  const outer = compiled.state.blocks.applicationsOf(
    (compiled.state.units.macro(compiled.words.find("outer")) as { readonly id: number }).id,
  );
  expect(outer).toHaveLength(2);
  expect(outer.map((block) => mayLeadTo(blocks, block, 1 << OP_DECL))).toEqual([false, false]);
  live.setText(id("inner.if"), INNER.replace("\tallow", "\ttype $1_made;\n\tallow"));
  expect(blocks.leadsKnown).toBe(true);
  expect(outer.map((block) => mayLeadTo(blocks, block, 1 << OP_DECL))).toEqual([true, true]);
  for (let block = 0; block < blocks.count; block++) {
    const known = blocks.leads.at[block] as number;
    expect(known & LEADS_KNOWN).not.toBe(0);
    expect(leadsTo(compiled, block) & ~known & ~LEADS_ON).toBe(0);
  }
  expect(live.differences()).toEqual([]);
});

it("what leads to a block is remembered through edits elsewhere, and no longer when it is another", () => {
  const { live, compiled, id } = open();
  const { ancestry, state } = compiled;
  const blockOf = (name: string, file: string): number => {
    const unit = state.units.macro(compiled.words.find(name)) as { readonly id: number };
    const argument = compiled.words.find(file.replace(".te", "_t"));
    const found = state.blocks
      .applicationsOf(unit.id)
      .find((block) => state.blocks.argumentsOf(block)[0] === argument);
    return found as number;
  };
  const [app, other] = [blockOf("inner", "app.te"), blockOf("inner", "other.te")];
  let moment = ancestry.now;
  const remembered = () => [app, other].map((block) => ancestry.isSince(block, moment));
  expect(remembered()).toEqual([true, true]);
  live.setText(id("app.te"), "policy_module(app)\n\ntype app_t;\nouter(app_t)\n");
  expect(remembered()).toEqual([false, true]);
  moment = ancestry.now;
  live.setText(id("other.te"), "policy_module(other)\ntype other_t;\n");
  expect(remembered()).toEqual([true, false]);
  moment = ancestry.now;
  live.setText(id("outer.if"), `# moved\n${OUTER}`);
  expect(remembered()[0]).toBe(false);
  moment = ancestry.now;
  live.add({ path: "late.te", role: "te", module: "late", enabled: true, text: "policy_module(late)\n" });
  expect(remembered()).toEqual([false, false]);
  expect(live.differences()).toEqual([]);
});

it("a declaration that one edit moves to a macro that is called twice is told, though no name comes or goes", () => {
  const { live, id } = open();
  const text = (one: string, two: string): string =>
    `interface(\`one',\`\n\tallow $1 inner_t:file read;\n${one}')\ninterface(\`two',\`\n\tallow $1 inner_t:file write;\n${two}')\n`;
  const made = "\ttype $1_made;\n";
  live.setText(id("outer.if"), `${OUTER}${text(made, "")}`);
  live.setText(id("app.te"), "policy_module(app)\ntype app_t;\none(app_t)\ntwo(app_t)\n");
  live.setText(id("other.te"), "policy_module(other)\ntype other_t;\ntwo(app_t)\n");
  expect(live.differences()).toEqual([]);
  live.setText(id("outer.if"), `${OUTER}${text("", made)}`);
  const found = [...live.compiled.findings().values()].flat().map(({ message }) => message);
  expect(found.filter((message) => message.includes("app_t_made again"))).toHaveLength(1);
  expect(live.differences()).toEqual([]);
});
