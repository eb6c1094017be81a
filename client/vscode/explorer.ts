// The policy explorer: a tree of what the policy consists of, asked from the server level by level, so that nothing is
// held that nobody opened. Booleans have check boxes: a toggle sets the running value, and every answer after it is
// about the new state. The values that somebody set are set again after each load, since a load forgets them.

import {
  type Disposable,
  EventEmitter,
  MarkdownString,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCheckboxState,
  TreeItemCollapsibleState,
  type TreeView,
  window,
} from "vscode";
import type { ListedKind, ListedSymbol, Place, Server, SetBooleans, SymbolList } from "./protocol.ts";
import { documentParams } from "./status.ts";

/** A line of the tree: a kind, a group of symbols by first letter, a symbol, or a remark. */
export type Node =
  | { readonly is: "kind"; readonly kind: ListedKind; readonly label: string; readonly icon: string }
  | { readonly is: "group"; readonly kind: ListedKind; readonly prefix: string; readonly count: number }
  | { readonly is: "symbol"; readonly symbol: ListedSymbol }
  | { readonly is: "remark"; readonly text: string };

export interface Explorer extends Disposable {
  policyLoaded(): Promise<void>;
  refresh(): void;
  setFilter(text: string): void;
  readonly filter: string;
  setBoolean(name: string, value: boolean): Promise<void>;
}

const KINDS: readonly Extract<Node, { is: "kind" }>[] = [
  { is: "kind", kind: "module", label: "Modules", icon: "package" },
  { is: "kind", kind: "type", label: "Types", icon: "symbol-class" },
  { is: "kind", kind: "attribute", label: "Attributes", icon: "symbol-interface" },
  { is: "kind", kind: "class", label: "Classes", icon: "symbol-structure" },
  { is: "kind", kind: "boolean", label: "Booleans", icon: "symbol-boolean" },
  { is: "kind", kind: "role", label: "Roles", icon: "account" },
  { is: "kind", kind: "user", label: "Users", icon: "person" },
];

const ICONS: Readonly<Record<ListedSymbol["kind"], string>> = {
  module: "package",
  type: "symbol-class",
  attribute: "symbol-interface",
  class: "symbol-structure",
  boolean: "symbol-boolean",
  role: "account",
  user: "person",
  permission: "key",
  interface: "symbol-method",
  template: "symbol-snippet",
};

const LIMIT = 300;
const REFRESH_DELAY_MS = 800;

/** Registers the view; `afterToggle` is called when answers are about another state of the booleans. */
export function createExplorer(server: Server, afterToggle: () => void): Explorer {
  const changed = new EventEmitter<Node | undefined>();
  const chosen = new Map<string, boolean>();
  let filter = "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ask = (params: object): Promise<SymbolList> =>
    server.ask<SymbolList>("selinux/symbols", { limit: LIMIT, ...documentParams(), ...params });
  const provider: TreeDataProvider<Node> = {
    onDidChangeTreeData: changed.event,
    getTreeItem: (node) => treeItem(node, filter),
    getChildren: (node) => childrenOf(node, filter, ask),
  };
  const view: TreeView<Node> = window.createTreeView("selinux.explorer", {
    treeDataProvider: provider,
    showCollapseAll: true,
  });
  const setBooleans = (booleans: Record<string, boolean>): Promise<SetBooleans> =>
    server.ask<SetBooleans>("selinux/setBooleans", { ...documentParams(), booleans });
  const setBoolean = async (name: string, value: boolean): Promise<void> => {
    chosen.set(name, value);
    await setBooleans({ [name]: value });
    changed.fire(undefined);
    afterToggle();
  };
  const checks = view.onDidChangeCheckboxState(async ({ items }) => {
    for (const [node, state] of items)
      if (node.is === "symbol") await setBoolean(node.symbol.name, state === TreeItemCheckboxState.Checked);
  });
  return {
    async policyLoaded() {
      if (chosen.size > 0) await setBooleans(Object.fromEntries(chosen));
      if (timer !== undefined) clearTimeout(timer);
      if (view.visible) timer = setTimeout(() => changed.fire(undefined), REFRESH_DELAY_MS);
    },
    refresh: () => changed.fire(undefined),
    setFilter(text) {
      filter = text;
      view.description = text === "" ? "" : `names with “${text}”`;
      changed.fire(undefined);
    },
    get filter() {
      return filter;
    },
    setBoolean,
    dispose() {
      if (timer !== undefined) clearTimeout(timer);
      checks.dispose();
      view.dispose();
      changed.dispose();
    },
  };
}

async function childrenOf(
  node: Node | undefined,
  filter: string,
  ask: (params: object) => Promise<SymbolList>,
): Promise<Node[]> {
  if (node === undefined) return [...KINDS];
  if (node.is === "remark") return [];
  try {
    if (node.is === "kind") return nodesOf(await ask({ kind: node.kind, filter }), node.kind);
    if (node.is === "group")
      return nodesOf(await ask({ kind: node.kind, prefix: node.prefix, limit: 2000 }), node.kind);
    const { kind, name } = node.symbol;
    return nodesOf(await ask({ kind, name }), node.symbol.kind as ListedKind);
  } catch (error) {
    return [{ is: "remark", text: error instanceof Error ? error.message : String(error) }];
  }
}

function nodesOf(list: SymbolList, kind: ListedKind): Node[] {
  if (list.groups !== undefined)
    return list.groups.map(({ prefix, count }) => ({ is: "group", kind, prefix, count }));
  const nodes: Node[] = list.items.map((symbol) => ({ is: "symbol", symbol }));
  const more = list.total - list.items.length;
  if (more > 0) nodes.push({ is: "remark", text: `… and ${more} more` });
  if (nodes.length === 0) nodes.push({ is: "remark", text: "nothing" });
  return nodes;
}

function treeItem(node: Node, filter: string): TreeItem {
  if (node.is === "kind") {
    const item = new TreeItem(node.label, TreeItemCollapsibleState.Collapsed);
    item.iconPath = new ThemeIcon(node.icon);
    // Another filter is another list, and VS Code remembers lists by id.
    item.id = `${node.kind}?${filter}`;
    return item;
  }
  if (node.is === "group") {
    const item = new TreeItem(node.prefix.toUpperCase(), TreeItemCollapsibleState.Collapsed);
    item.description = String(node.count);
    return item;
  }
  return node.is === "remark" ? new TreeItem(node.text) : symbolItem(node.symbol);
}

function symbolItem(symbol: ListedSymbol): TreeItem {
  const { name, kind, detail, members, state, location } = symbol;
  const collapsible = members > 0 ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.None;
  const item = new TreeItem(name, collapsible);
  item.description = detail;
  item.contextValue = kind;
  item.tooltip = new MarkdownString(`${kind} \`${name}\`${detail === "" ? "" : `: ${detail}`}`);
  if (kind === "boolean")
    item.checkboxState = {
      state: state === true ? TreeItemCheckboxState.Checked : TreeItemCheckboxState.Unchecked,
      tooltip: `${name} is ${state === true ? "on" : "off"}; a click changes it for every answer of the server`,
    };
  else item.iconPath = new ThemeIcon(ICONS[kind]);
  const place = location as Place | null;
  if (place !== null)
    item.command = { title: "Go to declaration", command: "selinux.openPlace", arguments: [place] };
  return item;
}
