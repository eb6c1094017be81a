// The commands of the palette and of menus: each takes what it needs from the editor, asks for the rest, and shows the
// server's answer. No knowledge of policy.

import {
  ConfigurationTarget,
  commands,
  type Disposable,
  type ExtensionContext,
  languages,
  Position,
  type QuickPickItem,
  Uri,
  ViewColumn,
  window,
  workspace,
} from "vscode";
import { type AccessView, suggestTypes } from "./accessView.ts";
import type { Explorer, Node } from "./explorer.ts";
import { openPlace } from "./places.ts";
import type { Expansion, Place, PolicyDiffAnswer, RuleAt, Server } from "./protocol.ts";
import { documentParams, type StatusItem } from "./status.ts";

export interface Parts {
  readonly context: ExtensionContext;
  readonly server: Server;
  readonly access: AccessView;
  readonly status: StatusItem;
  readonly explorer: Explorer;
}

/** Registers every command that package.json contributes. */
export function registerCommands(parts: Parts): Disposable[] {
  const { server, status, explorer, access } = parts;
  const table: Readonly<Record<string, (argument?: unknown) => unknown>> = {
    expandHere: () => expandHere(server),
    effectiveAccess: () => effectiveAccess(parts),
    whyAllowed: (at) => whyAllowed(parts, at),
    whatChanges: () => whatChanges(server),
    accessFrom: (node) => access.show({ source: symbolName(node), target: "self" }),
    accessTo: async (node) => {
      const source = await askType(server, `Who accesses ${symbolName(node)}?`, "");
      if (source !== undefined) access.show({ source, target: symbolName(node) });
    },
    restart: async () => {
      await server.restart();
      status.refresh();
      explorer.refresh();
    },
    showStatus: () => showStatus(server),
    showLog: () => server.showLog(),
    statusMenu: () => statusMenu(),
    buildOptions: () => buildOptions(status),
    openDocumentation: () => openDocumentation(parts),
    refreshExplorer: () => explorer.refresh(),
    filterExplorer: async () => {
      const text = await window.showInputBox({
        prompt: "Part of the names to show; empty: all",
        value: explorer.filter,
      });
      if (text !== undefined) explorer.setFilter(text.trim());
    },
    openPlace: (place) => openPlace(place as Place),
  };
  return Object.entries(table).map(([name, run]) =>
    commands.registerCommand(`selinux.${name}`, async (argument?: unknown) => {
      try {
        await run(argument);
      } catch (error) {
        void window.showErrorMessage(`SELinux: ${error instanceof Error ? error.message : String(error)}`);
      }
    }),
  );
}

/** The page of the finding under the cursor, else the index; both are files of the extension. */
async function openDocumentation({ context }: Parts): Promise<void> {
  const page = (path: string): Uri => Uri.joinPath(context.extensionUri, "docs", path);
  const editor = window.activeTextEditor;
  const found = editor === undefined ? [] : languages.getDiagnostics(editor.document.uri);
  const here = found.find(
    ({ source, range }) => source === "selinux" && editor && range.contains(editor.selection.active),
  );
  const code = typeof here?.code === "object" ? here.code.value : here?.code;
  const own = page(`checks/${code}.md`);
  const isThere =
    code !== undefined &&
    (await workspace.fs.stat(own).then(
      () => true,
      () => false,
    ));
  await commands.executeCommand("markdown.showPreview", isThere ? own : page("README.md"));
}

function symbolName(node: unknown): string {
  const given = node as Node | undefined;
  return given?.is === "symbol" ? given.symbol.name : "";
}

async function expandHere(server: Server): Promise<void> {
  const editor = window.activeTextEditor;
  if (editor === undefined) return;
  const { line, character } = editor.selection.active;
  const params = { ...documentParams(), position: { line, character } };
  const { uri } = await server.ask<Expansion>("selinux/expand", params);
  await showBeside(uri);
}

/** What the unsaved edits grant and take away in the whole policy; the document follows the edits. */
async function whatChanges(server: Server): Promise<void> {
  const { uri } = await server.ask<PolicyDiffAnswer>("selinux/policyDiff", documentParams());
  await showBeside(uri);
}

/** A virtual document of the server, beside the editor that keeps the focus. */
async function showBeside(uri: string): Promise<void> {
  const document = await workspace.openTextDocument(Uri.parse(uri));
  await window.showTextDocument(document, {
    viewColumn: ViewColumn.Beside,
    preserveFocus: true,
    preview: true,
  });
}

async function effectiveAccess({ server, access }: Parts): Promise<void> {
  const word = wordAtCursor();
  const source = await askType(server, "Effective access: source type", word);
  if (source === undefined) return;
  const target = await askType(server, `Effective access of ${source} to which type? (or self)`, "self");
  if (target !== undefined) access.show({ source, target });
}

/** The rule at the cursor, else what is asked for. */
async function whyAllowed(parts: Parts, at: unknown): Promise<void> {
  const editor = window.activeTextEditor;
  const position = at instanceof Position ? at : editor?.selection.active;
  if (editor === undefined || position === undefined) return effectiveAccess(parts);
  const { line, character } = position;
  const params = { ...documentParams(), position: { line, character } };
  const rule = await parts.server.ask<RuleAt | null>("selinux/ruleAt", params);
  const isType = (name: string): boolean => /_t$/.test(name);
  const source = rule?.sources.find(isType) ?? rule?.sources[0];
  const target = rule?.targets.find((name) => name === "self" || isType(name)) ?? rule?.targets[0];
  if (rule === null || source === undefined || target === undefined) return effectiveAccess(parts);
  const word = wordAtCursor();
  const permission = rule.permissions.includes(word) ? word : rule.permissions[0];
  const tclass = rule.classes[0];
  const focus =
    tclass === undefined ? undefined : { class: tclass, ...(permission === undefined ? {} : { permission }) };
  parts.access.show({ source, target }, focus);
}

function wordAtCursor(): string {
  const editor = window.activeTextEditor;
  const range = editor?.document.getWordRangeAtPosition(editor.selection.active);
  return range === undefined ? "" : (editor?.document.getText(range) ?? "");
}

/** A pick list of types that follows what is typed; what is typed counts too. */
function askType(server: Server, title: string, value: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const pick = window.createQuickPick();
    pick.title = title;
    pick.placeholder = "Type a part of a name, or a whole context";
    pick.value = value;
    const suggest = async (text: string): Promise<void> => {
      const names = text.length < 2 ? [] : await suggestTypes(server, text);
      const own = text === "" || names.includes(text) ? [] : [text];
      if (pick.value === text) pick.items = [...names, ...own].map((label) => ({ label }));
    };
    pick.onDidChangeValue((text) => void suggest(text));
    pick.onDidAccept(() => {
      resolve(pick.selectedItems[0]?.label ?? pick.value);
      pick.dispose();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    void suggest(value);
    pick.show();
  });
}

async function showStatus(server: Server): Promise<void> {
  const status = await server.ask<object>("selinux/status", documentParams());
  const content = `${JSON.stringify(status, null, 2)}\n`;
  await window.showTextDocument(await workspace.openTextDocument({ language: "json", content }));
}

async function statusMenu(): Promise<void> {
  const items: (QuickPickItem & { readonly command: string })[] = [
    { label: "$(settings-gear) Change build options…", command: "selinux.buildOptions" },
    { label: "$(key) Effective access of…", command: "selinux.effectiveAccess" },
    { label: "$(diff) What does this edit change?", command: "selinux.whatChanges" },
    { label: "$(list-tree) Policy explorer", command: "selinux.explorer.focus" },
    { label: "$(info) Show status", command: "selinux.showStatus" },
    { label: "$(output) Show log", command: "selinux.showLog" },
    { label: "$(debug-restart) Restart the server", command: "selinux.restart" },
  ];
  const chosen = await window.showQuickPick(items, { title: "SELinux policy" });
  if (chosen !== undefined) await commands.executeCommand(chosen.command);
}

/** Values that people choose from; another is typed. */
const OPTIONS: readonly {
  readonly name: string;
  readonly values: readonly string[];
  readonly about: string;
}[] = [
  { name: "TYPE", values: ["standard", "mcs", "mls"], about: "kind of policy" },
  { name: "DISTRO", values: ["debian", "redhat", "gentoo", "suse"], about: "distribution" },
  { name: "SYSTEMD", values: ["y", "n"], about: "init is systemd" },
  { name: "UBAC", values: ["y", "n"], about: "user-based access control" },
  { name: "DIRECT_INITRC", values: ["y", "n"], about: "administrators run init scripts directly" },
  {
    name: "UNK_PERMS",
    values: ["deny", "allow", "reject"],
    about: "permissions that the policy does not know",
  },
];

async function buildOptions(status: StatusItem): Promise<void> {
  const config = workspace.getConfiguration("selinux");
  const defines = config.get<readonly string[]>("defines") ?? [];
  const now = (name: string): string | undefined => defines.find((one) => one.startsWith(`${name}=`));
  const items = OPTIONS.map(({ name, about }) => ({
    label: name,
    description: now(name) ?? "as in build.conf",
    detail: about,
  }));
  const root = status.last?.project.root ?? "this policy";
  const option = await window.showQuickPick(items, { title: `Build options of ${root}` });
  if (option === undefined) return;
  const values = OPTIONS.find(({ name }) => name === option.label)?.values ?? [];
  const value = await window.showQuickPick(["as in build.conf", ...values], { title: option.label });
  if (value === undefined) return;
  const others = defines.filter((one) => !one.startsWith(`${option.label}=`));
  const next = value === "as in build.conf" ? others : [...others, `${option.label}=${value}`];
  const scope =
    workspace.workspaceFolders === undefined ? ConfigurationTarget.Global : ConfigurationTarget.Workspace;
  await config.update("defines", next, scope);
}
