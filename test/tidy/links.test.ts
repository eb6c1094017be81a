/** Every relative link of the documents leads somewhere: the file is there, and so is the heading that is named. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "./sources.ts";

const ELSEWHERE = new Set(["node_modules", "dist", ".git", "fixtures"]);

function documents(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ELSEWHERE.has(entry.name) ? [] : documents(path);
    return entry.isFile() && entry.name.endsWith(".md") ? [path] : [];
  });
}

/** Text without what is quoted as code. */
function prose(text: string): string {
  return text.replace(/^(```|~~~)[\s\S]*?^\1/gm, "").replace(/`[^`\n]*`/g, "");
}

/** Targets of links and images: `[…](target)`, reference definitions and HTML attributes. */
function targets(text: string): string[] {
  const found = [
    ...prose(text).matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g),
    ...prose(text).matchAll(/^\[[^\]]+\]:\s*(\S+)/gm),
    ...prose(text).matchAll(/(?:src|href)="([^"]+)"/g),
  ];
  return found.map((match) => match[1] as string);
}

/** The anchors of a document's headings, as GitHub makes them. */
function anchors(text: string): Set<string> {
  const seen = new Map<string, number>();
  const found = new Set<string>();
  for (const [, title = ""] of text
    .replace(/^(```|~~~)[\s\S]*?^\1/gm, "")
    .matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const plain = title.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/[`*]/g, "");
    const slug = plain
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-");
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    found.add(count === 0 ? slug : `${slug}-${count}`);
  }
  return found;
}

function broken(path: string): string[] {
  const wrong: string[] = [];
  for (const target of targets(readFileSync(path, "utf8"))) {
    if (/^[a-z][a-z0-9+.-]*:/i.test(target)) continue;
    const [file = "", anchor] = target.split("#");
    const to = file === "" ? path : join(dirname(path), decodeURIComponent(file));
    if (!existsSync(to)) wrong.push(`${relative(ROOT, path)}: ${target}`);
    else if (anchor !== undefined && statSync(to).isFile() && to.endsWith(".md"))
      if (!anchors(readFileSync(to, "utf8")).has(anchor)) wrong.push(`${relative(ROOT, path)}: ${target}`);
  }
  return wrong;
}

it("no link of a document is broken", () => {
  const all = documents(ROOT);
  expect(all.length).toBeGreaterThan(300);
  expect(all.reduce((count, path) => count + targets(readFileSync(path, "utf8")).length, 0)).toBeGreaterThan(
    300,
  );
  expect(all.flatMap(broken)).toEqual([]);
});

it("finds a broken one", () => {
  expect(targets("see [a](b.md#c), ![d](e.png) and `[f](g)`")).toEqual(["b.md#c", "e.png"]);
  expect([...anchors("# A b: `c`\n## A b: c\n")]).toEqual(["a-b-c", "a-b-c-1"]);
});
