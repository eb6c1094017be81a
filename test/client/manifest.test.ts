/**
 * What package.json promises to Visual Studio Code is there: each command is registered, and what is registered is
 * promised; menus, walkthrough and views name commands, views and files that exist; snippets are well made.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { ROOT } from "../tidy/sources.ts";

const { contributes } = manifest;
const commands = contributes.commands.map(({ command }) => command);
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

/** Names in the table of client/vscode/commands.ts. */
function registered(): string[] {
  const table = /const table[^{]*\{([\s\S]*?)\n {2}\};/.exec(read("client/vscode/commands.ts"))?.[1] ?? "";
  return [...table.matchAll(/^ {4}(\w+): /gm)].map(([, name]) => `selinux.${name}`);
}

describe("the extension's manifest", () => {
  it("promises the commands that are registered", () => {
    // The access view's own, which takes a place, is none for people.
    const own = registered().filter((name) => name !== "selinux.openPlace");
    expect(own.sort()).toEqual([...commands].sort());
    for (const name of [
      "expandHere",
      "effectiveAccess",
      "whyAllowed",
      "whatChanges",
      "restart",
      "showStatus",
    ])
      expect(commands).toContain(`selinux.${name}`);
  });

  it("names only commands and views that exist, in menus and in the walkthrough", () => {
    const inMenus = Object.values(contributes.menus).flatMap((menu) => menu.map(({ command }) => command));
    expect(inMenus.filter((command) => !commands.includes(command))).toEqual([]);
    const views = contributes.views.selinux.map(({ id }) => id);
    const steps = contributes.walkthroughs.flatMap((one) => one.steps);
    const links = steps.flatMap(({ description }) => [...description.matchAll(/command:([\w.]+)/g)]);
    const named = links
      .map(([, command = ""]) => command)
      .filter((command) => command.startsWith("selinux."));
    expect(named.length).toBeGreaterThan(2);
    const focusing = views.map((id) => `${id}.focus`);
    expect(named.filter((command) => ![...commands, ...focusing].includes(command))).toEqual([]);
    for (const { media, description } of steps) {
      expect(existsSync(join(ROOT, media.markdown))).toBe(true);
      // Descriptions know bold text and links only.
      expect(description).not.toContain("`");
    }
  });

  it("is woken by each language that the server reads, and has icons for all", () => {
    const protocol = read("client/vscode/protocol.ts");
    const languages = [...protocol.matchAll(/^ {2}"(selinux-\w+)",$/gm)].map(([, id]) => id);
    expect(languages.length).toBeGreaterThan(5);
    expect(languages.filter((id) => !manifest.activationEvents.includes(`onLanguage:${id}`))).toEqual([]);
    for (const { icon } of contributes.languages)
      expect([icon.light, icon.dark].filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it("has snippets with a prefix, a text and a description, and stops that are closed", () => {
    for (const { path } of contributes.snippets) {
      const snippets = Object.entries(
        JSON.parse(read(path)) as Record<string, { prefix?: string; body?: string[]; description?: string }>,
      );
      expect(snippets.length).toBeGreaterThan(2);
      for (const [name, { prefix, body, description }] of snippets) {
        const text = [body ?? []].flat().join("\n");
        expect([name, prefix, description, text].every((one) => (one ?? "") !== "")).toBe(true);
        const opened = text.match(/(?<!\\)\$\{/g)?.length ?? 0;
        expect(text.match(/(?<!\\)\}/g)?.length ?? 0, name).toBeGreaterThanOrEqual(opened);
      }
    }
  });
});
