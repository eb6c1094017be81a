// The status item: which policy answers, how big it is and how long its load took; a click shows what can be done.
// It asks the server for the policy of the file that is open.

import { type Disposable, MarkdownString, StatusBarAlignment, ThemeColor, window } from "vscode";
import { State } from "vscode-languageclient";
import { LANGUAGES, type PolicyStatus, type Server } from "./protocol.ts";

export interface StatusItem extends Disposable {
  refresh(): void;
  failed(error: unknown): void;
  /** the last status, for whoever shows more of it */
  readonly last: PolicyStatus | undefined;
}

/** Time during which changes come together. */
const DELAY_MS = 150;

/** The item at the bottom. */
export function createStatus(server: Server): StatusItem {
  const item = window.createStatusBarItem("selinux.status", StatusBarAlignment.Left, 10);
  let last: PolicyStatus | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  item.name = "SELinux policy";
  item.command = "selinux.statusMenu";
  item.text = "$(loading~spin) SELinux";
  const update = async (): Promise<void> => {
    if (server.state !== State.Running) {
      item.text = server.state === State.Starting ? "$(loading~spin) SELinux" : "$(shield) SELinux: stopped";
      return;
    }
    try {
      last = await server.ask<PolicyStatus>("selinux/status", documentParams());
      item.text = shortText(last);
      item.tooltip = tooltip(last);
      item.backgroundColor = undefined;
    } catch {
      last = undefined;
      item.text = "$(shield) SELinux: no policy";
      item.tooltip = "Neither a policy tree nor modules were found in this workspace.";
    }
  };
  const refresh = (): void => {
    if (timer !== undefined) clearTimeout(timer);
    timer = setTimeout(() => void update(), DELAY_MS);
  };
  const editors = window.onDidChangeActiveTextEditor(refresh);
  item.show();
  return {
    refresh,
    failed: (error) => {
      item.text = "$(error) SELinux";
      item.tooltip = `The language server did not start: ${String(error)}`;
      item.backgroundColor = new ThemeColor("statusBarItem.errorBackground");
    },
    get last() {
      return last;
    },
    dispose: () => {
      if (timer !== undefined) clearTimeout(timer);
      editors.dispose();
      item.dispose();
    },
  };
}

/** `textDocument` of the policy file that is open, if one is. */
export function documentParams(): { readonly textDocument?: { readonly uri: string } } {
  const document = window.activeTextEditor?.document;
  if (document === undefined || !LANGUAGES.some((language) => language === document.languageId)) return {};
  return { textDocument: { uri: document.uri.toString() } };
}

function seconds(milliseconds: number): string {
  return milliseconds < 1000
    ? `${Math.max(1, Math.round(milliseconds))} ms`
    : `${(milliseconds / 1000).toFixed(1)} s`;
}

function nameOf({ project }: PolicyStatus): string {
  const name = decodeURIComponent(project.root.replace(/\/+$/, "").replace(/^.*\//, ""));
  return name === "" ? project.kind : name;
}

function shortText(status: PolicyStatus): string {
  const { modules, errors } = status.project;
  const trouble = errors === 0 ? "" : ` $(error) ${errors}`;
  return `$(shield) ${nameOf(status)} · ${modules} module${modules === 1 ? "" : "s"}${trouble}`;
}

function tooltip(status: PolicyStatus): MarkdownString {
  const { project, build, load } = status;
  const defines = Object.entries(build.defines).map(([name, value]) =>
    value === "" ? name : `${name}=${value}`,
  );
  const rows = [
    `**${nameOf(status)}** (${project.kind})`,
    `${project.modules} modules, ${project.files} files; loaded in ${seconds(load.milliseconds)}`,
    `${project.errors} errors, ${project.warnings} warnings`,
    `${build.mode}, ${build.mls ? "MLS or MCS" : "no levels"}, unknown permissions: ${build.handleUnknown}`,
    `Build options: ${defines.map((one) => `\`${one}\``).join(" ")}`,
    "Click for build options and more.",
  ];
  return new MarkdownString(rows.join("\n\n"));
}
