// What the access view's page and the extension say to each other. The page shows and asks; the extension answers.

import type { AccessTable, ComputedAv, Place } from "./protocol.ts";

/** From the page. */
export type FromPage =
  | { readonly type: "ready" }
  | { readonly type: "ask"; readonly source: string; readonly target: string }
  | { readonly type: "explain"; readonly class: string }
  | { readonly type: "suggest"; readonly side: "source" | "target"; readonly text: string }
  | { readonly type: "open"; readonly place: Place };

/** To the page. */
export type ToPage =
  | {
      readonly type: "table";
      readonly asked: { readonly source: string; readonly target: string };
      readonly focus: { readonly class: string; readonly permission?: string } | undefined;
      readonly table: AccessTable;
    }
  | { readonly type: "explained"; readonly class: string; readonly computed: ComputedAv }
  | { readonly type: "suggestions"; readonly side: "source" | "target"; readonly names: readonly string[] }
  | { readonly type: "error"; readonly text: string };

/** A rule of a trace, as selinux/computeAv spells it. */
export interface TraceRule {
  readonly rule: string;
  readonly enabled: boolean;
  readonly origins: readonly { readonly location: Place | null; readonly calls: readonly Place[] }[];
}

export interface TracePermission {
  readonly name: string;
  readonly allowed: boolean;
  readonly granted: boolean;
  readonly dontaudit: boolean;
  readonly rules: readonly TraceRule[];
}

export type TraceRemoval =
  | {
      readonly step: "constraint";
      readonly permissions: readonly string[];
      readonly expression: string;
      readonly terms: readonly {
        readonly text: string;
        readonly compared: string;
        readonly value?: boolean;
      }[];
    }
  | {
      readonly step: "role-allow";
      readonly permissions: readonly string[];
      readonly role: string;
      readonly newRole: string;
    }
  | {
      readonly step: "bounds";
      readonly permissions: readonly string[];
      readonly bound: { readonly source: string; readonly target: string };
    };
