// Every setting, once: its name under `selinux`, its JSON schema, its words. package.json's `contributes` and the
// documentation are made from this table (`npm run generate`); configuration.ts reads what clients send.

import { DEFAULT_INLAY_SETTINGS } from "../features/inlayHint.ts";

/** A setting as JSON schema with VS Code's additions. */
export interface SettingSchema {
  readonly type: "array" | "string" | "boolean" | "object";
  readonly default: unknown;
  readonly enum?: readonly string[];
  readonly enumDescriptions?: readonly string[];
  readonly items?: { readonly type: "string" };
  readonly scope: "resource" | "machine-overridable" | "window";
  readonly markdownDescription: string;
}

export interface Setting {
  /** without the leading `selinux.` */
  readonly name: string;
  readonly schema: SettingSchema;
  /** true when the editor's side reads it, and the server does not */
  readonly clientOnly?: boolean;
}

export const SETTINGS: readonly Setting[] = [
  {
    name: "defines",
    schema: {
      type: "array",
      items: { type: "string" },
      default: [],
      scope: "resource",
      markdownDescription:
        "Build options that win over `build.conf`: `KEY=VALUE` for a `build.conf` variable (`TYPE=mls`), anything else is an m4 definition (`distro_debian`).",
    },
  },
  {
    name: "headers",
    schema: {
      type: "string",
      default: "",
      scope: "machine-overridable",
      markdownDescription:
        "Directory of installed policy headers for modules that are built on their own, for example `/usr/share/selinux/devel/include`. Found by itself when empty.",
    },
  },
  {
    name: "backgroundLevel",
    schema: {
      type: "string",
      enum: ["error", "warning"],
      default: "warning",
      scope: "resource",
      markdownDescription: "Least grave findings that are shown for files that are not open.",
    },
  },
  {
    name: "checks",
    schema: {
      type: "object",
      default: {},
      scope: "resource",
      markdownDescription:
        "Levels of checks by id, category or `*` (`error`, `warning`, `information`, `hint`, `off`), or everything that a `.sels.json` may hold. Wins over the files of the project.",
    },
  },
  {
    name: "inlayHints.parameterNames",
    schema: {
      type: "string",
      enum: ["none", "useful", "all"],
      default: DEFAULT_INLAY_SETTINGS.parameterNames,
      scope: "resource",
      markdownDescription:
        "Names of parameters in front of the arguments of calls: never, where they say more than the argument does, or always.",
    },
  },
  {
    name: "inlayHints.permissionSets",
    schema: {
      type: "boolean",
      default: DEFAULT_INLAY_SETTINGS.permissionSets,
      scope: "resource",
      markdownDescription: "What a permission macro such as `read_file_perms` contains, after it.",
    },
  },
  {
    name: "inlayHints.parameterRoles",
    schema: {
      type: "boolean",
      default: DEFAULT_INLAY_SETTINGS.parameterRoles,
      scope: "resource",
      markdownDescription: "What `$1`, `$2` … of an interface are, at their first use.",
    },
  },
  {
    name: "trace.server",
    clientOnly: true,
    schema: {
      type: "string",
      enum: ["off", "messages", "verbose"],
      default: "off",
      scope: "window",
      markdownDescription: "What is written to the output channel about the talk between editor and server.",
    },
  },
];

/** The `configuration` of package.json's `contributes`. */
export function configurationSchema(): { readonly title: string; readonly properties: object } {
  return {
    title: "SELinux Policy",
    properties: Object.fromEntries(SETTINGS.map(({ name, schema }) => [`selinux.${name}`, schema])),
  };
}
