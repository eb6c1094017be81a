// What the server answers to the custom requests (docs/lsp-extensions.md), as the client needs it. The types are the
// server's own; only their shapes are imported, nothing of them is in the client's bundle.

import type { LanguageClientOptions, State } from "vscode-languageclient";
import type { ComputedAv } from "../../server/features/extensions/access.ts";
import type { AccessTable } from "../../server/features/extensions/accessTable.ts";
import type { SetBooleans } from "../../server/features/extensions/booleans.ts";
import type { Expansion } from "../../server/features/extensions/expand.ts";
import type { PolicyDiffAnswer } from "../../server/features/extensions/policyDiff.ts";
import type { PolicyStatus } from "../../server/features/extensions/status.ts";
import type { ListedKind, ListedSymbol, SymbolList } from "../../server/features/extensions/symbols.ts";

export type {
  AccessTable,
  ComputedAv,
  Expansion,
  ListedKind,
  ListedSymbol,
  PolicyDiffAnswer,
  PolicyStatus,
  SetBooleans,
  SymbolList,
};

/** The sides of a rule, as selinux/ruleAt tells them. */
export interface RuleAt {
  readonly sources: readonly string[];
  readonly targets: readonly string[];
  readonly classes: readonly string[];
  readonly permissions: readonly string[];
}

/** A place in a file, as the protocol spells it. */
export interface Place {
  readonly uri: string;
  readonly range: {
    readonly start: { readonly line: number; readonly character: number };
    readonly end: { readonly line: number; readonly character: number };
  };
}

/** What the rest of the client needs of a language client; Node's and the browser's both are one. */
export interface Server {
  start(): Promise<void>;
  stop(): Promise<void>;
  restart(): Promise<void>;
  readonly state: State;
  readonly methods: readonly string[];
  ask<T>(method: string, params: object): Promise<T>;
  showLog(): void;
}

/** Makes a client for this host. */
export type CreateServer = (options: LanguageClientOptions) => Server;

/** Languages whose documents go to the server; package.json contributes them. */
export const LANGUAGES = [
  "selinux-te",
  "selinux-if",
  "selinux-fc",
  "selinux-spt",
  "selinux-conf",
  "selinux-flask",
  "selinux-test",
] as const;
