/** The tiny tree that other tests build on: whole and without a finding. */
import { expect, it } from "vitest";
import { loadFixture, TINY_TREE } from "../support/fixture.ts";

it("has no findings", () => {
  const { workspace } = loadFixture(TINY_TREE, "/p");
  const [snapshot] = workspace.snapshots();
  const found = snapshot
    ?.files()
    .flatMap((file) => snapshot.findings(file.id, "information").map((f) => `${file.path}: ${f.message}`));
  expect(found).toEqual([]);
  expect(snapshot?.compiled.db.types.valueOf("kernel_t")).toBeGreaterThan(0);
});
