// Hover texts of names that the kernel gives their meaning: policy capabilities, initial SIDs, Linux capabilities,
// ioctl commands, and of modules, which only the build knows. Facts come from server/kernel.

import { capabilityOf } from "../../kernel/capabilities.ts";
import { initialSidByName } from "../../kernel/initialSids.ts";
import { ioctlByName, ioctlCheck } from "../../kernel/ioctls.ts";
import { policycapByName } from "../../kernel/policycaps.ts";
import { printContext } from "../../services/context.ts";
import { capabilityNames } from "../../services/questions/policyQuestions.ts";
import { initialSidContext } from "../../services/sidtab.ts";
import type { SourceFile } from "../../workspace/snapshot.ts";
import { counted, fenced, nameList, paragraphs } from "../markdown.ts";
import type { View } from "../view.ts";

/** A policy capability: its bit, what it changes, since which kernel, and whether this policy sets it. */
export function policycapText(view: View, name: string): string {
  const cap = policycapByName(name);
  const isSet = capabilityNames(view.snapshot.compiled.db).includes(name);
  const state = isSet ? "This policy sets it." : "This policy does not set it.";
  if (cap === undefined)
    return paragraphs([
      fenced(`policycap ${name}`),
      "No kernel up to 7.2 knows it: kernels log it and go on.",
      state,
    ]);
  return paragraphs([
    fenced(`policycap ${name}`),
    cap.effect,
    cap.touches.length > 0 ? `**Changes:** ${nameList(cap.touches)}` : undefined,
    `_Bit ${cap.index}, since Linux ${cap.since}_`,
    state,
  ]);
}

/** An initial SID: its number, what the kernel labels with it, and its context in this policy. */
export function initialSidText(view: View, name: string): string | undefined {
  const sid = initialSidByName(name);
  if (sid === undefined) return undefined;
  const { db } = view.snapshot.compiled;
  const context = initialSidContext(db, sid.sid);
  return paragraphs([
    fenced(`sid ${name}`),
    `Initial SID ${sid.sid}: ${sid.usage}.`,
    sid.since === undefined ? undefined : `_since Linux ${sid.since}_`,
    context === undefined ? undefined : `**Context:** \`${printContext(db, context)}\``,
  ]);
}

/** The Linux capability behind a permission of the capability classes. */
export function capabilityText(name: string, classes: readonly string[]): string | undefined {
  const capability = capabilityOf(name);
  if (capability === undefined) return undefined;
  if (!classes.some((c) => c === capability.class || c === capability.usernsClass)) return undefined;
  return `**${capability.name}** – Linux capability ${capability.number}; \`${capability.class}\` in the initial user namespace, \`${capability.usernsClass}\` in others.`;
}

/** An ioctl command by name: its number and what the kernel checks for it. */
export function ioctlNameText(name: string): string | undefined {
  const ioctl = ioctlByName(name);
  if (ioctl === undefined) return undefined;
  const check = ioctlCheck(ioctl.command);
  const value = (ioctl.command & 0xffff).toString(16).padStart(4, "0");
  const driver = ((ioctl.command >> 8) & 0xff).toString(16).padStart(2, "0");
  return paragraphs([
    `**${ioctl.name}** – ioctl \`0x${value}\` (driver 0x${driver}) of ${ioctl.header}`,
    check.kind === "ioctl"
      ? `Checked as \`ioctl\`; an \`allowxperm … ioctl 0x${value}\` rule admits it where such rules filter.`
      : `Checked as ${check.permissions.length === 0 ? "nothing but `fd use`" : `\`${check.class} ${check.permissions.join(" ")}\``}: ${check.note ?? ""}.`,
  ]);
}

/** A module: its files and what they declare. */
export function moduleText(view: View, file: SourceFile, name: string): string {
  const parts = view.snapshot.files().filter((other) => other.module === name && other.role !== "conf");
  const names = parts.map((other) => other.path.slice(other.path.lastIndexOf("/") + 1));
  const macros = view.snapshot.compiled.macros().filter((macro) => parts.some(({ id }) => id === macro.file));
  return paragraphs([
    fenced(`module ${name}`),
    names.length > 0 ? `**Files:** ${nameList(names)}` : `**File:** \`${file.path}\``,
    macros.length > 0 ? `It offers ${counted(macros.length, "interface")} and templates.` : undefined,
  ]);
}
