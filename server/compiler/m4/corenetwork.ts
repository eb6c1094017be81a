/*
 * corenetwork.te and corenetwork.if, which a fresh checkout of the reference policy does not contain.
 *
 * Does what the Makefile's two rules do: a header, the .in file (for the interfaces: as it stands, then once
 * more only its network declarations, expanded with the .m4 macros), and `dollarsone` turned into `$1`. Pure.
 */

import { type M4Error, type M4Limits, type M4Result, runM4 } from "./m4.ts";

/** The texts that the rules read. */
export interface CorenetworkSources {
  /** corenetwork.te.in, corenetwork.te.m4, corenetwork.if.in, corenetwork.if.m4. */
  readonly teIn: string;
  readonly teM4: string;
  readonly ifIn: string;
  readonly ifM4: string;
  /** support/divert.m4 and support/undivert.m4. */
  readonly divert?: string;
  readonly undivert?: string;
}

/** The generated texts and what m4 had to say. */
export interface Corenetwork {
  readonly te: string;
  readonly if: string;
  readonly errors: readonly M4Error[];
}

const FOLDER = "policy/modules/kernel/";
// grep -E of the Makefile; its alternation splits the anchor off the infiniband names, as here.
const DECLARATION = /^[ \t]*(network_(interface|node|port|packet)(_controlled)?)|ib_(pkey|endport)\(.*\)/;

function header(name: string): string {
  return [
    "#",
    "# This is a generated file!  Instead of modifying this file, the",
    `# ${name}.in or ${name}.m4 file should be modified.`,
    "#",
    "",
  ].join("\n");
}

function dollars(text: string): string {
  return text.replaceAll("dollarsone", "$1").replaceAll("dollarszero", "$0");
}

/** Generates both files; `defines` are M4PARAM's (self_contained_policy is added here). */
export function generateCorenetwork(
  sources: CorenetworkSources,
  defines: Readonly<Record<string, string>>,
  limits: Partial<M4Limits> = {},
): Corenetwork {
  const options = { defines: { ...defines, self_contained_policy: "" }, limits };
  const around = (path: string, text: string): { path: string; text: string }[] => [
    { path: "support/divert.m4", text: sources.divert ?? "divert(`-1')" },
    { path, text },
    { path: "support/undivert.m4", text: sources.undivert ?? "divert" },
  ];
  const te: M4Result = runM4(
    [
      ...around(`${FOLDER}corenetwork.te.m4`, sources.teM4),
      { path: `${FOLDER}corenetwork.te.in`, text: sources.teIn },
    ],
    options,
  );
  const lines = sources.teIn.split("\n").filter((line) => DECLARATION.test(line));
  const declarations = lines.map((line) => `${line}\n`).join("");
  const interfaces: M4Result = runM4(
    [...around(`${FOLDER}corenetwork.if.m4`, sources.ifM4), { path: "stdin", text: declarations }],
    options,
  );
  return {
    te: header("corenetwork.te") + dollars(te.value),
    if: header("corenetwork.if") + sources.ifIn + dollars(interfaces.value),
    errors: [...te.errors, ...interfaces.errors],
  };
}
