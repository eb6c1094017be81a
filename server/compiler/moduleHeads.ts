// The name and the version that policy_module hands to the module statement, where modules are built one by one: checkmodule
// takes no word of its language for a name, nor every text for a version (identifier and version_identifier of
// module_grammar in policy_parse.y, and the patterns of policy_scan.l). The m4 of a monolithic build drops them.

import { startOf, textOf } from "../../grammar/syntax/tree.ts";
import { LANGUAGE_KEYWORDS, TOKEN_NAMES } from "../../grammar/text/tokens.ts";
import type { Source } from "./face.ts";
import type { FindingSink } from "./findingSink.ts";

/** Words that the language keeps, in small letters and in capitals. */
const KEPT: ReadonlySet<string> = new Set(
  TOKEN_NAMES.slice(1, LANGUAGE_KEYWORDS + 1).flatMap((word) => [word, word.toUpperCase()]),
);
const NAME = /^[A-Za-z][\w-]*(?:\.[\w-]+)*$/;
const VERSION = /^(?:\d+(?:\.[\w.]*)?|0[xX][0-9a-fA-F]+)$/;
/** A name is taken without its quotes by the parser; any other argument is as it is written. */
const QUOTED = /^`([^`']*)'$/;
/** Text that may become another by m4 is not judged. */
const PLAIN = /^[^`'()$\s]+$/;

/** Reports what is wrong with the arguments of a policy_module. */
export function moduleHeadFindings(
  source: Source,
  node: number,
  isMacro: (name: string) => boolean,
  sink: FindingSink,
): void {
  const { tree } = source;
  const name = node + 1;
  const version = tree.end[name] as number;
  const told = (at: number, message: (text: string) => string | undefined): void => {
    const written = textOf(tree, at);
    const text = QUOTED.exec(written)?.[1] ?? written;
    if (!PLAIN.test(text) || isMacro(text)) return;
    const start = startOf(tree, at);
    const said = message(text);
    if (said !== undefined)
      sink.add({ file: source.id, start, end: start + written.length }, "error", "parse-syntax", said);
  };
  told(name, (text) => {
    if (KEPT.has(text)) return `${text} is a word of the policy language: no module can be called so`;
    if (NAME.test(text)) return undefined;
    return `no module can be called ${text}: a name begins with a letter, and letters, digits, _, - and single periods follow`;
  });
  if (version < (tree.end[node] as number))
    told(version, (text) =>
      VERSION.test(text)
        ? undefined
        : `${text} cannot be the version of a module: a number, and behind a period letters, digits, _ and periods`,
    );
}
