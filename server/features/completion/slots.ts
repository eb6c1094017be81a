// What is offered at each place that context.ts tells apart: one row a place.

import { CompletionItemKind } from "vscode-languageserver-types";
import { POLICYCAP_NAMES } from "../../compiler/policycapNames.ts";
import { argumentOffers } from "./arguments.ts";
import type { CompletionSlot } from "./context.ts";
import { ioctlOffers, nlmsgOffers } from "./extendedPermissions.ts";
import { FIT_EXPECTED, FIT_RULE } from "./fit.ts";
import { FILE_CONTEXT_ROWS, FILE_KINDS, REQUIRE_KEYWORDS } from "./keywords.ts";
import type { Name } from "./names.ts";
import { enclosingParameters } from "./ownParameters.ts";
import { classOffers, fileNameOffers, levelOffers, permissionOffers } from "./rules.ts";
import { keywordOffers, lineOffers, statementOffers } from "./statements.ts";
import { attributeFit, type Request, symbolOffers, targetFit } from "./symbols.ts";

type Adder = (request: Request) => void;

const SLOTS: Readonly<Record<CompletionSlot, Adder>> = {
  statement: statementOffers,
  source(request) {
    ownParameters(request);
    symbolOffers(request, ["type", "alias", "attribute"], attributeFit(request.view, "domain"));
    symbolOffers(request, ["role", "attribute_role"]);
  },
  target(request) {
    ownParameters(request);
    const source = sourceKinds(request);
    if (source !== "role") {
      word(request, "self", "the source itself", FIT_EXPECTED);
      symbolOffers(request, ["type", "alias", "attribute"], targetFit(request));
    }
    if (source !== "type") symbolOffers(request, ["role", "attribute_role"]);
  },
  types: symbolsAndParameters("type", "alias", "attribute"),
  type: symbolsAndParameters("type", "alias"),
  attributes: symbolsAndParameters("attribute"),
  classes: classOffers,
  permissions: permissionOffers,
  roles: symbolsAndParameters("role", "attribute_role"),
  "role-attributes": symbolsAndParameters("attribute_role"),
  booleans: (request) => symbolOffers(request, ["bool", "tunable"]),
  users: (request) => symbolOffers(request, ["user"]),
  require: (request) => words(request, REQUIRE_KEYWORDS),
  arguments(request) {
    ownParameters(request);
    argumentOffers(request);
  },
  "xperm-kind": (request) => words(request, ["ioctl", "nlmsg"]),
  "xperm-ioctl": ioctlOffers,
  "xperm-nlmsg": nlmsgOffers,
  truth: (request) => words(request, ["true", "false"]),
  "word-types": (request) => words(request, ["types"]),
  "word-alias": (request) => words(request, ["alias"]),
  sids: (request) => symbolOffers(request, ["sid"]),
  levels: levelOffers,
  capabilities: (request) => words(request, POLICYCAP_NAMES),
  filename: fileNameOffers,
  "context-user": (request) => symbolOffers(request, ["user"], likely("system_u")),
  "context-role"(request) {
    word(request, "object_r", "role of everything that is no process", FIT_EXPECTED);
    symbolOffers(request, ["role"]);
  },
  "context-type": symbolsAndParameters("type", "alias"),
  "file-kind"(request) {
    for (const [label, detail] of FILE_KINDS) word(request, label, detail, FIT_EXPECTED);
    keywordOffers(request, FILE_CONTEXT_ROWS);
  },
  "file-context": (request) => keywordOffers(request, FILE_CONTEXT_ROWS),
  path: lineOffers,
  nothing: () => undefined,
};

/** Adds what fits the place of a request. */
export function addOffers(request: Request): void {
  SLOTS[request.context.slot](request);
}

function symbolsAndParameters(...kinds: Parameters<typeof symbolOffers>[1]): Adder {
  return (request) => {
    ownParameters(request);
    symbolOffers(request, kinds);
  };
}

function word({ offers }: Request, label: string, detail: string, fit = 0): void {
  offers.add({ label, kind: CompletionItemKind.Keyword, what: "keyword", detail, fit });
}

function words(request: Request, labels: readonly string[]): void {
  for (const label of labels) word(request, label, "keyword");
}

/** `allow a_r b_r;`: behind a role stands a role, behind a type none; undefined where the source may be either. */
function sourceKinds({ view, context }: Request): "type" | "role" | undefined {
  const { roles, types } = view.snapshot.compiled.db;
  const isRole = context.source.some((name) => roles.get(name) !== undefined);
  const isType = context.source.some((name) => types.get(name) !== undefined);
  if (isRole === isType) return undefined;
  return isRole ? "role" : "type";
}

function likely(wanted: string): (name: Name) => number {
  return ({ name }) => (name === wanted ? FIT_EXPECTED : 0);
}

/** `$1`, `$2` … of the macro around the cursor, with their documented names. */
function ownParameters({ place, view, offers, context }: Request): void {
  if (place.file.role !== "if" && place.file.role !== "support") return;
  if (context.prefix !== "" && !context.prefix.startsWith("$")) return;
  for (const { label, detail } of enclosingParameters(view, place))
    offers.add({
      label,
      kind: CompletionItemKind.TypeParameter,
      what: "parameter",
      detail,
      fit: FIT_RULE + FIT_EXPECTED,
    });
}
