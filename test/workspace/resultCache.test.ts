/** Notes of what was read, judged against a disk in memory whose stamps the test decides. */
import { describe, expect, it } from "vitest";
import type { FileSystem } from "../../server/workspace/fileSystem.ts";
import {
  cutAt,
  formatStored,
  judge,
  type Note,
  type Prober,
  parseStored,
  recordFiles,
  withTime,
} from "../../server/workspace/resultCache.ts";

const contents = new Map<string, string>();
const stamps = new Map<string, string>();
let reads = 0;

const files: FileSystem = {
  readFile: (path) => {
    reads++;
    const text = contents.get(path);
    return text === undefined ? undefined : new TextEncoder().encode(text);
  },
  stat: (path) => (contents.has(path) ? { kind: "file", size: 0, modified: 0, realPath: path } : undefined),
  list: (path) =>
    path === "/"
      ? [...contents.keys()].map((name) => ({ name, kind: "file", symbolicLink: false }))
      : undefined,
};
const prober: Prober = {
  stamp: (path) => stamps.get(path) ?? "",
  hash: (content) => `h${typeof content === "string" ? content : new TextDecoder().decode(content)}`,
};

function recorded(): readonly Note[] {
  contents.clear();
  stamps.clear();
  contents.set("/a", "one");
  stamps.set("/a", "1");
  const { files: watched, notes } = recordFiles(files, prober);
  watched.stat("/a");
  watched.readFile("/a");
  watched.readFile("/absent");
  watched.stat("/gone");
  watched.list("/");
  watched.list("/nowhere");
  reads = 0;
  return notes();
}

describe("notes", () => {
  it("hold on the day of the answer only, when somebody asked for it", () => {
    const clock = { day: "2027-01-31" };
    const disk: FileSystem = { ...files, today: () => clock.day };
    const watched = recordFiles(disk, prober);
    expect(judge(watched.notes(), disk, prober).current).toBe(true);
    expect(watched.files.today?.()).toBe("2027-01-31");
    const notes = watched.notes();
    expect(judge(notes, disk, prober).current).toBe(true);
    clock.day = "2027-02-01";
    expect(judge(notes, disk, prober).current).toBe(false);
    expect(judge(recorded(), disk, prober).current).toBe(true);
    // Midnight came between two questions.
    watched.files.today?.();
    expect(judge(watched.notes(), disk, prober).current).toBe(false);
  });

  it("hold without reading what has its stamp", () => {
    const notes = recorded();
    expect(judge(notes, files, prober)).toEqual({ current: true, renewed: undefined });
    expect(reads).toBe(1); // /absent, which has no stamp
  });

  it("hold by content under a new stamp, and take that stamp on", () => {
    const notes = recorded();
    stamps.set("/a", "2");
    const { current, renewed = [] } = judge(notes, files, prober);
    expect(current).toBe(true);
    expect(renewed.find(({ path }) => path === "/a")?.stamp).toBe("2");
    reads = 0;
    expect(judge(renewed, files, prober)).toEqual({ current: true, renewed: undefined });
    expect(reads).toBe(1);
  });

  it("fail for new content, a file that appears or goes, a new name in a directory", () => {
    const changes: (() => void)[] = [
      () => {
        contents.set("/a", "two");
        stamps.set("/a", "2");
      },
      () => void contents.set("/absent", ""),
      () => void contents.set("/gone", ""),
      () => void contents.set("/other", ""),
      () => {
        contents.delete("/a");
        stamps.delete("/a");
      },
    ];
    for (const change of changes) {
      const notes = recorded();
      change();
      expect(judge(notes, files, prober).current).toBe(false);
    }
  });

  it("never hold for a file that changed between two readings", () => {
    recorded();
    const { files: watched, notes } = recordFiles(files, prober);
    watched.readFile("/a");
    contents.set("/a", "two");
    watched.readFile("/a");
    expect(judge(notes(), files, prober).current).toBe(false);
    contents.set("/a", "one");
    expect(judge(notes(), files, prober).current).toBe(false);
  });
});

describe("stored answers", () => {
  it("come back as they were, for their key only", () => {
    const stored = { key: "k", answer: { out: ["a ", " b"], err: [""], code: 1 }, notes: recorded() };
    expect(parseStored(formatStored(stored), "k")).toEqual(JSON.parse(JSON.stringify(stored)));
    expect(parseStored(formatStored(stored), "other")).toBeUndefined();
    expect(parseStored("{", "k")).toBeUndefined();
  });

  it("take another elapsed time", () => {
    expect(withTime(cutAt("in 123 ms", "123"), 4)).toBe("in 4 ms");
  });
});
