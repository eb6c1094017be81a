// Open policy test files and what is wrong in them. A test file is evaluated at once when its own text changes; when
// the policy does, once the checks are through: each assertion asks the whole policy, which is nothing for the time
// between two letters.

import type { Diagnostic } from "vscode-languageserver";
import { isPolicyTest } from "../../grammar/policyTest/fileName.ts";
import { orphanDiagnostics, policyTestDiagnostics, testedView } from "../features/policyTest/diagnostics.ts";
import type { View } from "../features/view.ts";
import type { OpenDocument } from "../workspace/documents.ts";
import type { PositionEncoding } from "../workspace/lines.ts";

/** Diagnostics of an open document that is no source of a policy. */
export interface OtherDocument {
  readonly document: OpenDocument;
  readonly items: readonly Diagnostic[];
}

interface Known {
  readonly text: string;
  /** of the policy; undefined: there was none */
  readonly root: string | undefined;
  readonly generation: number;
  readonly items: readonly Diagnostic[];
}

export class PolicyTests {
  private readonly known = new Map<string, Known>();

  /** The test files among the open documents. With `now` their answers are about the policy as it is. */
  diagnostics(
    views: readonly View[],
    documents: readonly (OpenDocument | undefined)[],
    encoding: PositionEncoding,
    now: boolean,
  ): readonly OtherDocument[] {
    const tests = documents.filter((document) => document !== undefined && isPolicyTest(document.path));
    const paths = new Set(tests.map((document) => document?.path));
    for (const path of [...this.known.keys()]) if (!paths.has(path)) this.known.delete(path);
    return tests.flatMap((document) =>
      document === undefined ? [] : [{ document, items: this.itemsOf(views, document, encoding, now) }],
    );
  }

  private itemsOf(
    views: readonly View[],
    { path, text, lines }: OpenDocument,
    encoding: PositionEncoding,
    now: boolean,
  ): readonly Diagnostic[] {
    const view = testedView(views, path);
    const root = view?.snapshot.project.root;
    const generation = view?.snapshot.generation ?? 0;
    const before = this.known.get(path);
    if (before !== undefined && before.text === text && before.root === root)
      if (!now || before.generation === generation) return before.items;
    const items =
      view === undefined ? orphanDiagnostics(lines, encoding) : policyTestDiagnostics(view, lines);
    this.known.set(path, { text, root, generation, items });
    return items;
  }
}
