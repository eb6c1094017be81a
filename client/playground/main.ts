// The playground's page: an example policy in tabs, an editor, a list of what is wrong, and the access view, which
// follows the cursor from rule to rule. Everything about policy is the server's.
/// <reference lib="dom" />

import { editor, type IRange, MarkerSeverity, Range, Uri } from "monaco-editor";
import type { Place, PolicyStatus, RuleAt } from "../vscode/protocol.ts";
import { el, replace } from "../vscode/webview/elements.ts";
import { type AccessPanel, createAccessPanel } from "./accessPanel.ts";
import { languageOf, registerLanguages } from "./languages.ts";
import { type Files, type PolicyServer, startServer, WHY_ALLOWED } from "./server.ts";

const FOLDER = "file:///policy";
const FIRST = "file:///policy/policy/modules/services/web.te";
/** The command of the lens that tells what a file's edits change. */
const POLICY_DIFF = "selinux.policyDiff";
const CURSOR_DELAY_MS = 200;

declare global {
  interface Window {
    MonacoEnvironment?: { getWorker(): Worker };
  }
}

const byId = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;

window.MonacoEnvironment = { getWorker: () => new Worker("editor.worker.js") };
start().catch((error: unknown) => {
  byId("status").textContent = `The playground could not start: ${String(error)}`;
});

async function start(): Promise<void> {
  registerLanguages();
  const light = matchMedia("(prefers-color-scheme: light)").matches;
  const code = editor.create(byId("editor"), {
    model: null,
    theme: light ? "sels-light" : "sels-dark",
    automaticLayout: true,
    minimap: { enabled: false },
    "semanticHighlighting.enabled": true,
    fontSize: 13,
    tabSize: 8,
    insertSpaces: false,
    detectIndentation: false,
    fixedOverflowWidgets: true,
    scrollBeyondLastLine: false,
    padding: { top: 8 },
    renderLineHighlight: "none",
    // Only what the server offers: any word of the file is no type.
    wordBasedSuggestions: "off",
  });
  const files = (await (await fetch("policy.json")).json()) as Files;
  // Build files are the server's, and not policy to edit.
  const shown = Object.keys(files).filter((uri) => languageOf(uri) !== "plaintext");
  for (const uri of shown)
    editor.createModel(files[uri] as string, languageOf(uri), Uri.parse(uri)).updateOptions({ tabSize: 8 });
  const show = (uri: string, range?: IRange): void => {
    const model = editor.getModel(Uri.parse(uri));
    if (model === null) return;
    if (code.getModel() !== model) code.setModel(model);
    if (range !== undefined) {
      code.setSelection(range);
      code.revealRangeInCenterIfOutsideViewport(range);
    }
    code.focus();
    drawFiles(shown, uri, show);
  };
  const open = ({ uri, range: { start, end } }: Place): void =>
    show(uri, new Range(start.line + 1, start.character + 1, end.line + 1, end.character + 1));
  let loaded = (): void => undefined;
  const server = await startServer(FOLDER, files, () => loaded());
  const panel = createAccessPanel(byId("access") as HTMLIFrameElement, server, open);
  loaded = () => {
    panel.refresh();
    void showStatus(server);
  };
  show(FIRST);
  editor.onDidChangeMarkers(() => {
    drawFiles(shown, code.getModel()?.uri.toString() ?? "", show);
    drawProblems(show);
  });
  editor.registerEditorOpener({
    openCodeEditor: (_source, resource, at) => {
      const place = at !== undefined && "lineNumber" in at ? Range.fromPositions(at) : at;
      show(resource.toString(), place);
      return true;
    },
  });
  editor.registerLinkOpener({ open: (link) => openLink(link, show) });
  followCursor(code, server, panel);
  panel.show({ source: "webd_t", target: "web_content_t" });
}

/** A link of a hover into a file, with the line as its fragment. */
function openLink(link: Uri, show: (uri: string, range?: IRange) => void): boolean {
  if (link.scheme !== "file") return false;
  const line = Number(/^L(\d+)/.exec(link.fragment)?.[1] ?? 1);
  show(link.with({ fragment: "" }).toString(), new Range(line, 1, line, 1));
  return true;
}

/** The access view shows the rule at the cursor; a lens asks for it by a click. */
function followCursor(code: editor.IStandaloneCodeEditor, server: PolicyServer, panel: AccessPanel): void {
  const ask = async (position: object): Promise<void> => {
    const uri = code.getModel()?.uri.toString();
    const rule = await server.ask<RuleAt | null>("selinux/ruleAt", { textDocument: { uri }, position });
    const isType = (name: string): boolean => /_t$/.test(name);
    const source = rule?.sources.find(isType) ?? rule?.sources[0];
    const target = rule?.targets.find((name) => name === "self" || isType(name)) ?? rule?.targets[0];
    const [opened] = rule?.classes ?? [];
    if (rule === null || source === undefined || target === undefined || opened === undefined) return;
    const [permission] = rule.permissions;
    const focus = permission === undefined ? { class: opened } : { class: opened, permission };
    panel.show({ source, target }, focus);
  };
  let timer: number | undefined;
  code.onDidChangeCursorPosition(({ position, reason }) => {
    window.clearTimeout(timer);
    // Only where a person went, not where an edit or a change of file put the cursor.
    if (reason !== editor.CursorChangeReason.Explicit) return;
    const { lineNumber, column } = position;
    const at = { line: lineNumber - 1, character: column - 1 };
    timer = window.setTimeout(() => void ask(at).catch(() => undefined), CURSOR_DELAY_MS);
  });
  editor.registerCommand(POLICY_DIFF, (_services, uri: string) => void showDifference(server, uri));
  editor.registerCommand(WHY_ALLOWED, (_services, position: object) => void ask(position));
}

/** What the edits so far change in the policy, in a box over the page. */
async function showDifference(server: PolicyServer, uri: string): Promise<void> {
  const { text } = await server.ask<{ text: string }>("selinux/policyDiff", { textDocument: { uri } });
  const box = el("dialog", { "aria-label": "What this edit changes" }, [el("pre", {}, [text])]);
  box.addEventListener("close", () => box.remove());
  box.addEventListener("click", () => box.remove());
  document.body.append(box);
  (box as HTMLDialogElement).showModal();
}

async function showStatus(server: PolicyServer): Promise<void> {
  const { project, load } = await server.ask<PolicyStatus>("selinux/status", {});
  const time = load === undefined ? "" : ` · ${Math.max(1, Math.round(load.milliseconds))} ms`;
  byId("status").textContent = `${project.modules} modules${time}`;
}

function countErrors(uri: string): number {
  return editor
    .getModelMarkers({ resource: Uri.parse(uri) })
    .filter(({ severity }) => severity === MarkerSeverity.Error).length;
}

function drawFiles(uris: readonly string[], chosen: string, show: (uri: string) => void): void {
  const folders = new Map<string, HTMLElement[]>();
  for (const uri of uris) {
    const path = uri.slice(`${FOLDER}/`.length);
    const name = path.slice(path.lastIndexOf("/") + 1);
    const folder = path.slice(0, Math.max(0, path.length - name.length - 1)).replace(/^policy\/(?=.)/, "");
    const errors = countErrors(uri);
    const badge = errors === 0 ? [] : [el("span", { class: "count error" }, [String(errors)])];
    const selected = { role: "tab", "aria-selected": String(uri === chosen), title: path };
    const tab = el("button", selected, [name, ...badge], () => show(uri));
    folders.set(folder, [...(folders.get(folder) ?? []), tab]);
  }
  const parts = [...folders].flatMap(([folder, tabs]) => [el("h2", {}, [folder || "build"]), ...tabs]);
  replace(byId("files"), parts);
}

function drawProblems(show: (uri: string, range: IRange) => void): void {
  const markers = editor
    .getModelMarkers({})
    .filter(({ severity }) => severity >= MarkerSeverity.Warning)
    .sort((left, right) => right.severity - left.severity);
  const rows = markers.map((marker) => {
    const kind = marker.severity === MarkerSeverity.Error ? "error" : "warning";
    const name = marker.resource.path.replace(/^.*\//, "");
    return el(
      "button",
      { type: "button" },
      [
        el("span", { class: kind, "aria-label": kind }, [kind === "error" ? "✖" : "▲"]),
        marker.message.split("\n")[0] ?? "",
        el("span", { class: "place" }, [`${name}:${marker.startLineNumber}`]),
      ],
      () => show(marker.resource.toString(), marker),
    );
  });
  replace(byId("problems"), rows.length > 0 ? rows : [el("p", {}, ["No problems."])]);
}
