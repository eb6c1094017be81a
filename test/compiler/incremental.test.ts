/**
 * The property that editing rests on: after any series of edits and undos the live policy, its findings included,
 * equals one that is compiled from the same texts from scratch. Seeded, so a failure names the seed and the edits.
 */
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { dumpPolicyDb } from "../support/dump/policydbDump.ts";
import { POLICY_SOURCE, policySource, requireOracle } from "../support/oracles.ts";
import { createRandom, editSetMacro, randomEdit, type Undo } from "./incrementalEdits.ts";
import { LivePolicy, readPolicy, type TextPolicy } from "./incrementalSupport.ts";

const EXAMPLES = fileURLToPath(new URL("../../examples", import.meta.url));
/** Modules that nearly every other rests on. */
const CORE = new Set(
  "kernel files domain corecommands devices filesystem init terminal corenetwork selinux mls mcs storage".split(
    " ",
  ),
);

/** Edits and undoes, comparing every so often; gives the first difference with the edits before it. */
function firstDifference(policy: TextPolicy, seed: number, edits: number, every: number): string | undefined {
  const live = new LivePolicy(policy);
  const random = createRandom(seed);
  const undos: Undo[] = [];
  const log: string[] = [];
  for (let edit = 1; edit <= edits; edit++) {
    const last = undos.length > 12 || random(3) === 0 ? undos.pop() : undefined;
    if (last !== undefined) {
      last.undo();
      log.push(`undo ${last.what}`);
    } else {
      const made = randomEdit(random, live);
      undos.push(made);
      log.push(made.what);
    }
    if (edit % every !== 0) continue;
    const wrong = live.differences(5);
    if (wrong.length > 0)
      return [`seed ${seed}, edit ${edit}`, ...log.slice(-every - 5), ...wrong].join("\n");
  }
  return undefined;
}

/** SELS_LONG=N: N more seeds, for a long run by hand. */
const MORE = Array.from({ length: Number(process.env.SELS_LONG ?? 0) }, (_, i) => 201 + i);

describe("an edited policy equals a scratch build", () => {
  it.each([2, 16, 25, 30, 40, 41, 101, 102, 103, 104, ...MORE])(
    "examples, seed %i: 300 edits",
    (seed) => {
      expect(firstDifference(readPolicy(EXAMPLES), seed, 300, 10)).toBeUndefined();
    },
    180_000,
  );

  it.skipIf(!requireOracle(POLICY_SOURCE))(
    "some modules of the real policy: 100 edits",
    () => {
      const isOn = (module: string): boolean => CORE.has(module) || /^[ab]/.test(module);
      const policy = readPolicy(policySource() as string, isOn);
      expect(firstDifference(policy, 5, 100, 25)).toBeUndefined();
    },
    120_000,
  );

  it.each([1, 2, 3, 4, 5, 6])("set macros, seed %i: 60 edits", (seed) => {
    const live = new LivePolicy(readPolicy(EXAMPLES));
    const random = createRandom(seed);
    const supports = live.ids().filter((id) => live.get(id)?.path.endsWith("obj_perm_sets.spt"));
    const others = live.ids();
    let moved = 0;
    for (let edit = 0; edit < 60; edit++) {
      const id = supports[random(supports.length)] as number;
      const text = live.get(id)?.text as string;
      const other = live.get(others[random(others.length)] as number)?.text ?? "";
      const before = dumpPolicyDb(live.compiled.db).length;
      live.setText(id, editSetMacro(random, text, other));
      if (dumpPolicyDb(live.compiled.db).length !== before) moved++;
      // Now and then the edits meet others, as in a switch between branches.
      if (random(6) === 0) randomEdit(random, live);
      expect(live.differences(5)).toEqual([]);
    }
    expect(moved).toBeGreaterThan(0);
  });

  it("an optional block comes back when an interface that it calls no longer requires what is missing", () => {
    const live = new LivePolicy(readPolicy(EXAMPLES));
    const id = live.ids().find((one) => live.get(one)?.path.endsWith("services/web.if")) as number;
    const text = live.get(id)?.text as string;
    live.setText(
      id,
      text.replace("\tfiles_search_var($1)\n", "$&\tgen_require(`\n\t\ttype nowhere_t;\n\t')\n"),
    );
    expect(live.differences()).toEqual([]);
    const without = dumpPolicyDb(live.compiled.db).length;
    live.setText(id, text);
    expect(live.differences()).toEqual([]);
    expect(dumpPolicyDb(live.compiled.db).length).toBeGreaterThan(without);
  });

  it("an else branch that declares is told while it stands there", () => {
    const live = new LivePolicy(readPolicy(EXAMPLES));
    const id = live.ids().find((one) => live.get(one)?.path.endsWith("services/web.te")) as number;
    const text = live.get(id)?.text as string;
    const told = (): number =>
      [...live.compiled.findings().values()].flat().filter(({ code }) => code === "else-declares").length;
    const optional = (inside: string): string =>
      `optional_policy(\`\n\tnowhere_call(web_t)\n',\`\n\t${inside}\n')\n`;
    for (const [more, count] of [
      [optional("type else_t;"), 1],
      [optional("allow web_t self:process fork;"), 0],
      [`optional_policy(\`\n\tgen_require(\`\n\t\ttype nowhere_t;\n\t')\n${optional("type else_t;")}')\n`, 1],
      ["", 0],
    ] as const) {
      live.setText(id, text + more);
      expect(told()).toBe(count);
      expect(live.differences()).toEqual([]);
    }
  });

  it("an optional block that expands to nothing is told while it does", () => {
    const live = new LivePolicy(readPolicy(EXAMPLES));
    const named = (end: string): number =>
      live.ids().find((one) => live.get(one)?.path.endsWith(end)) as number;
    const [rules, calls] = [named("services/web.te"), named("services/web.if")];
    const [text, interfaces] = [live.get(rules)?.text as string, live.get(calls)?.text as string];
    const told = (): number =>
      [...live.compiled.findings().values()]
        .flat()
        .filter(({ message }) => message.includes("expands to nothing")).length;
    const nothing = "interface(`web_nothing',`\n\t# as it was\n')\n";
    live.setText(rules, `${text}optional_policy(\`\n\tweb_nothing(web_t)\n')\n`);
    for (const [more, count] of [
      [nothing, 1],
      [nothing.replace("# as it was", ";"), 0],
      [nothing.replace("# as it was", "allow $1 self:process fork;"), 0],
      [nothing, 1],
    ] as const) {
      live.setText(calls, interfaces + more);
      expect(told()).toBe(count);
      expect(live.differences()).toEqual([]);
    }
  });

  it("a new optional block that declares what it requires itself is on", () => {
    const live = new LivePolicy(readPolicy(EXAMPLES));
    const id = live.ids().find((one) => live.get(one)?.path.endsWith("services/web.te")) as number;
    const text = live.get(id)?.text as string;
    const optional = "optional_policy(`\n\tgen_require(`\n\t\ttype own_t;\n\t')\n\ttype own_t;\n')\n";
    live.setText(id, `${text}${optional}`);
    expect(live.differences()).toEqual([]);
    expect(live.compiled.db.types.get("own_t")).toBeDefined();
  });

  it.each([1, 2, 3, 4, 5, 7])("type rules of which libsepol leaves some out, seed %i: 80 edits", (seed) => {
    const random = createRandom(seed);
    const one = (names: string): string => names.split(" ")[random(names.split(" ").length)] as string;
    const rule = (): string =>
      `type_transition ${one("x_t y_t")} ${one("x_t y_t x_a")}:${one("file dir {¤file¤dir¤}").replaceAll("¤", " ")} z_t;`;
    const line = (): string => {
      const kind = random(5);
      if (kind < 3) return rule();
      return kind === 3 ? "skip_rules(x_t)" : `optional_policy(\`\n\t${rule()}\n')`;
    };
    const file = (name: string, head: string, lines: readonly string[], tail = "") => ({
      path: `policy/modules/apps/${name}`,
      role: name.endsWith(".if") ? ("if" as const) : ("te" as const),
      module: name.slice(0, name.indexOf(".")),
      enabled: true,
      text: `${head}${lines.join("\n")}\n${tail}`,
    });
    const names = ["skipa.te", "skipb.te", "skipb.if"];
    const lists = names.map(() => Array.from({ length: 9 }, line));
    const source = (index: number) => {
      const name = names[index] as string;
      const lines = lists[index] as string[];
      if (name.endsWith(".if"))
        return file(
          name,
          "interface(`skip_rules',`\n",
          lines.map((one) => one.replace("skip_rules(x_t)", "").replaceAll("x_t", "$1")),
          "')\n",
        );
      const types = name === "skipa.te" ? "attribute x_a;\ntype x_t, x_a;\ntype y_t, x_a;\ntype z_t;\n" : "";
      return file(name, `policy_module(${name.slice(0, -3)}, 1.0)\n${types}`, lines);
    };
    const { sources, options } = readPolicy(EXAMPLES);
    const live = new LivePolicy({ sources, options });
    const ids = names.map((_, index) => live.add(source(index)));
    let skipped = 0;
    for (let edit = 1; edit <= 80; edit++) {
      const index = random(names.length);
      const lines = lists[index] as string[];
      if (random(2) === 0 && lines.length > 0) lines.splice(random(lines.length), 1);
      else lines.splice(random(lines.length + 1), 0, line());
      live.setText(ids[index] as number, source(index).text);
      if (edit % 4 !== 0) continue;
      expect(live.differences(5), `seed ${seed}, edit ${edit}`).toEqual([]);
      if ([...live.compiled.findings().values()].flat().some(({ code }) => code === "ttrans-skipped"))
        skipped++;
    }
    expect(skipped).toBeGreaterThan(0);
  });

  it.each([1, 2, 3, 19, 25, 100, 161])("names that optional blocks declare, seed %i: 90 edits", (seed) => {
    const random = createRandom(seed);
    const pick = (list: readonly string[]): string => list[random(list.length)] as string;
    const type = (): string => pick(["o1_t", "o2_t", "g1_t", "g2_t"]);
    const statement = (): string =>
      pick([
        `allow ${type()} ${type()}:file read;`,
        `allow ${type()} self:file read;`,
        `type ${type()};`,
        `gen_require(\`\n\ttype ${type()};\n')`,
        `scope_use(${type()})`,
        `scope_use(${type()})`,
        `scope_make(${pick(["o1", "o2", "g1"])})`,
        `role system_r types ${type()};`,
        `typeattribute ${type()} scope_a;`,
      ]);
    const line = (): string =>
      random(3) > 0 ? statement() : `optional_policy(\`\n\t${statement()}\n\t${statement()}\n')`;
    const names = ["scopea.te", "scopeb.te", "scopea.if"];
    const lists = names.map((name) => Array.from({ length: name.endsWith(".te") ? 7 : 2 }, line));
    const source = (index: number) => {
      const name = names[index] as string;
      const body = (lists[index] as string[]).join("\n");
      const isInterface = name.endsWith(".if");
      const head = `policy_module(${name.slice(0, -3)}, 1.0)\n${name === "scopea.te" ? "attribute scope_a;\ntype g1_t;\ntype g2_t;\n" : ""}`;
      // An interface that calls itself is another story.
      const own = body.replace(/scope_\w+\([^)]*\)/g, "").replaceAll("g2_t", "$1");
      const text = isInterface
        ? `interface(\`scope_use',\`\n${own}\nallow $1 g1_t:file read;\n')\ntemplate(\`scope_make',\`\n\ttype $1_t;\n')\n`
        : `${head}${body}\n`;
      const role = isInterface ? ("if" as const) : ("te" as const);
      const path = `policy/modules/apps/${name}`;
      return { path, role, module: name.slice(0, name.indexOf(".")), enabled: true, text };
    };
    const live = new LivePolicy(readPolicy(EXAMPLES));
    const ids = names.map((_, index) => live.add(source(index)));
    let scoped = 0;
    for (let edit = 1; edit <= 90; edit++) {
      const index = random(names.length);
      const lines = lists[index] as string[];
      if (random(2) === 0 && lines.length > 0) lines.splice(random(lines.length), 1);
      else lines.splice(random(lines.length + 1), 0, line());
      live.setText(ids[index] as number, source(index).text);
      live.compiled.findings();
      if (edit % 3 !== 0) continue;
      expect(live.differences(5), `seed ${seed}, edit ${edit}`).toEqual([]);
      const found = [...live.compiled.findings().values()].flat();
      if (found.some(({ code }) => code === "req-scope-optional")) scoped++;
    }
    expect(scoped).toBeGreaterThan(0);
  });
});
