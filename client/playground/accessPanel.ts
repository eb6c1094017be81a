// The access view beside the editor. It is the page of the VS Code extension in a frame; this is what the extension is
// for it there: it asks the server and hands the answers over.
/// <reference lib="dom" />

import type { FromPage, ToPage } from "../vscode/accessMessages.ts";
import type { AccessTable, ComputedAv, Place, SymbolList } from "../vscode/protocol.ts";
import type { PolicyServer } from "./server.ts";

interface Question {
  readonly source: string;
  readonly target: string;
}

export type Focus = { readonly class: string; readonly permission?: string };

export interface AccessPanel {
  /** Asks about a pair; one class, and a permission of it, may be opened at once. */
  show(question: Question, focus?: Focus): void;
  /** The same again, after the policy changed. */
  refresh(): void;
}

/** Connects the frame. `open` shows a place in the editor. */
export function createAccessPanel(
  frame: HTMLIFrameElement,
  server: PolicyServer,
  open: (place: Place) => void,
): AccessPanel {
  let question: Question = { source: "", target: "" };
  let focus: Focus | undefined;
  let answered = 0;
  const post = (message: ToPage): void => frame.contentWindow?.postMessage(message, "*");
  const fail = (error: unknown): void =>
    post({ type: "error", text: error instanceof Error ? error.message : String(error) });
  const answer = async (): Promise<void> => {
    if (question.source === "" || question.target === "") return;
    const turn = ++answered;
    const asked = { ...question };
    const table = await server.ask<AccessTable>("selinux/accessTable", asked);
    if (turn === answered) post({ type: "table", asked, focus, table });
  };
  const explain = async (name: string): Promise<void> => {
    const computed = await server.ask<ComputedAv>("selinux/computeAv", { ...question, class: name });
    post({ type: "explained", class: name, computed });
  };
  const suggest = async (side: "source" | "target", filter: string): Promise<void> => {
    const { items } = await server.ask<SymbolList>("selinux/symbols", { kind: "type", filter, limit: 60 });
    post({ type: "suggestions", side, names: items.map(({ name }) => name) });
  };
  const receive = async (message: FromPage): Promise<void> => {
    if (message.type === "ready") await answer();
    else if (message.type === "open") open(message.place);
    else if (message.type === "suggest") await suggest(message.side, message.text);
    else if (message.type === "explain") await explain(message.class);
    else {
      question = { source: message.source, target: message.target };
      focus = undefined;
      await answer();
    }
  };
  window.addEventListener("message", ({ source, data }: MessageEvent<{ readonly access?: FromPage }>) => {
    if (source === frame.contentWindow && data.access !== undefined) receive(data.access).catch(fail);
  });
  return {
    show(asked, opened) {
      question = asked;
      focus = opened;
      answer().catch(fail);
    },
    refresh() {
      // What was opened by hand stays open: only a new question brings its own focus.
      focus = undefined;
      answer().catch(fail);
    },
  };
}
