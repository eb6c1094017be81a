/** What the explorer and the access view of an editor ask for: symbols, the access table, booleans that change. */
import { describe, expect, it } from "vitest";
import { type AccessTable, accessTableRequest } from "../../server/features/extensions/accessTable.ts";
import { setBooleansRequest } from "../../server/features/extensions/booleans.ts";
import { type SymbolList, symbolsRequest } from "../../server/features/extensions/symbols.ts";
import type { View } from "../../server/features/view.ts";
import { atCursor, loadFixture, TINY_TREE } from "../support/fixture.ts";

const APP = `
//- /p/policy/modules/apps/app.te
policy_module(app, 1.0.0)
type app_t, domain;
role system_r types app_t;
bool app_writes false;
typebounds kernel_t app_t;
allow kernel_t kernel_file_t:file read;
allow app_t kernel_file_t:file { read write };
dontaudit app_t kernel_file_t:file getattr;
if (app_writes) { allow kernel_t kernel_file_t:file write; }
$0
`;

const open = (): View => atCursor(loadFixture(`${TINY_TREE}${APP}`, "/p")).view;

function symbols(view: View, params: Record<string, unknown>): SymbolList {
  const answer = symbolsRequest(view, params);
  if ("invalid" in answer) throw new Error(answer.invalid);
  return answer.value;
}

function table(view: View): Record<string, string> {
  const answer = accessTableRequest(view, { source: "app_t", target: "kernel_file_t" });
  const { classes } = (answer as { readonly value: AccessTable }).value;
  const file = classes.find((one) => one.class === "file");
  return Object.fromEntries(file?.permissions.map(({ name, state }) => [name, state]) ?? []);
}

describe("selinux/symbols", () => {
  it("lists each kind with places, and the members of a symbol", () => {
    const view = open();
    const types = symbols(view, { kind: "type" });
    const app = types.items.find((one) => one.name === "app_t");
    expect(app).toMatchObject({ kind: "type", location: { uri: "file:///p/policy/modules/apps/app.te" } });
    expect(types.total).toBe(types.items.length);
    expect(symbols(view, { kind: "type", name: "app_t" }).items.map((one) => one.name)).toContain("domain");
    expect(symbols(view, { kind: "attribute", name: "domain" }).items.map((one) => one.name)).toContain(
      "app_t",
    );
    expect(symbols(view, { kind: "class", name: "file" }).items.map((one) => one.name)).toContain("read");
    expect(symbols(view, { kind: "module", name: "app" }).items.map((one) => one.name)).toEqual([
      "app_t",
      "app_writes",
    ]);
    expect(symbols(view, { kind: "boolean" }).items.find((one) => one.name === "app_writes")).toMatchObject({
      state: false,
      detail: "1 conditional",
    });
    expect(symbols(view, { kind: "role", name: "system_r" }).items.map((one) => one.name)).toContain("app_t");
  });

  it("groups a long list, and filters", () => {
    const view = open();
    const long = symbols(view, { kind: "type", limit: 1 });
    expect(long.items).toEqual([]);
    expect(long.groups?.reduce((sum, { count }) => sum + count, 0)).toBe(long.total);
    const group = symbols(view, { kind: "type", prefix: "a" });
    expect(group.items.every((one) => one.name.startsWith("a"))).toBe(true);
    expect(group.total).toBe(long.groups?.find(({ prefix }) => prefix === "a")?.count);
    expect(symbols(view, { kind: "type", filter: "APP_" }).items.map((one) => one.name)).toEqual(["app_t"]);
  });

  it("says what it cannot list", () => {
    expect(symbolsRequest(open(), { kind: "cheese" })).toHaveProperty("invalid");
    expect(symbolsRequest(open(), { kind: "type", name: "no_such_t" })).toHaveProperty("invalid");
  });
});

describe("selinux/accessTable and selinux/setBooleans", () => {
  it("tell allowed, removed, dontaudit and denied apart, and follow a boolean", () => {
    const view = open();
    expect(table(view)).toMatchObject({ read: "allowed", write: "removed", getattr: "dontaudit" });
    const set = setBooleansRequest(view, { booleans: { app_writes: true, no_such_bool: true } });
    expect(set).toMatchObject({ value: { changed: ["app_writes"], booleans: { app_writes: true } } });
    expect(table(view)).toMatchObject({ read: "allowed", write: "allowed" });
    setBooleansRequest(view, { booleans: { app_writes: false } });
    expect(table(view).write).toBe("removed");
    expect(setBooleansRequest(view, { booleans: { app_writes: "yes" } })).toHaveProperty("invalid");
  });

  it("say which label is wrong", () => {
    expect(accessTableRequest(open(), { source: "app_t", target: "nope" })).toHaveProperty("invalid");
  });
});
