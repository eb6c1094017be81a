// Offers of extended permissions by name: nobody knows ioctl commands and netlink messages by number, and rules take
// numbers only. What is accepted is the number; the name is how it is found.

import { CompletionItemKind } from "vscode-languageserver-types";
import { IOCTLS } from "../../kernel/ioctls.ts";
import { describeRange, hasMessageTable } from "../../netlink/nlmsgtab.ts";
import type { Request } from "./symbols.ts";

/** Points for commands of the drivers that a class is about. */
const FIT_DRIVER = 300;
const DRIVERS: readonly (readonly [tclass: RegExp, name: RegExp])[] = [
  [/socket$/, /^SIOC/],
  [/^chr_file$/, /^(?:TC|TIOC)/],
  [/^blk_file$/, /^BLK/],
  [/^(?:file|dir)$/, /^(?:FS_IOC|FI)/],
];

/** ioctl commands, those that belong to the rule's classes first. */
export function ioctlOffers({ offers, context }: Request): void {
  const likely = DRIVERS.filter(([tclass]) => context.classes.some((one) => tclass.test(one)));
  for (const { name, command, header } of IOCTLS) {
    const number = `0x${(command & 0xffff).toString(16).padStart(4, "0")}`;
    const fit = likely.some(([, names]) => names.test(name)) ? FIT_DRIVER : 0;
    add({ offers, context }, name, number, `ioctl ${number} of ${header}`, fit);
  }
}

/** Netlink messages of the rule's classes. */
export function nlmsgOffers({ offers, context }: Request): void {
  for (const tclass of context.classes) {
    if (!hasMessageTable(tclass)) continue;
    for (const { name, number, permission } of describeRange(tclass, 0, 0xffff).messages)
      add(
        { offers, context },
        name,
        String(number),
        `message ${number}, ${permission ?? "no permission"}`,
        0,
      );
  }
}

function add(
  { offers, context }: Pick<Request, "offers" | "context">,
  name: string,
  number: string,
  detail: string,
  fit: number,
): void {
  // Who types a number gets what has it.
  const isNumber = /^\d/.test(context.prefix);
  offers.add({
    label: name,
    lower: isNumber ? number : name.toLowerCase(),
    kind: CompletionItemKind.Constant,
    what: "xperm",
    detail,
    fit,
    more: () => ({ insertText: number, ...(isNumber ? { filterText: number } : {}) }),
  });
}
