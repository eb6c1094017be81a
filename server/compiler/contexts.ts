// Security contexts of labelling statements: read from their source text (gen_context adds the range that the build
// wants) and checked as libsepol's policydb_context_isvalid does. Each part that is wrong is reported at its own place.

import { N_ARG, N_CONTEXT, N_GENCONTEXT, N_RANGE } from "../../grammar/syntax/kinds.ts";
import type { Context } from "../policydb/context.ts";
import { OBJECT_R_VAL } from "../policydb/policydb.ts";
import { CONTEXT_LEVELS, type MlsReader } from "./mls.ts";
import { childrenOf, complain, type Statement, type StatementParts } from "./statements.ts";

/** The parts of a context in the syntax, where it is written plainly: user, role, type and range. */
function partNodes(statement: Statement, node: number): readonly number[] {
  const { tree } = statement;
  if (tree.kind[node] === N_CONTEXT) return childrenOf(tree, node);
  if (tree.kind[node] !== N_GENCONTEXT) return [];
  const children = childrenOf(tree, node);
  const names = children.find((child) => tree.kind[child] === N_CONTEXT);
  const range = children.find((child) => tree.kind[child] === N_RANGE);
  if (names === undefined) return [];
  const [user = node, role = node, type = node] = childrenOf(tree, names);
  return [user, role, type, ...(range === undefined ? [] : [range])];
}

/** The text of a context: gen_context gets the range that the build asks for. */
function contextText(parts: StatementParts, statement: Statement, node: number, mls: MlsReader): string {
  const { tree, args } = statement;
  const source = (at: number): string => parts.dynamic.textOfNode(tree, at, args);
  if (tree.kind[node] !== N_GENCONTEXT)
    return tree.kind[node] === N_CONTEXT ? source(node) : mls.text(source(node));
  const defined = (name: string): boolean => {
    const word = parts.words.find(name);
    return word > 0 && parts.isDefined(word);
  };
  let text = "";
  let range = "";
  let cats = "";
  for (const child of childrenOf(tree, node)) {
    if (tree.kind[child] === N_CONTEXT) text = source(child);
    else if (tree.kind[child] === N_RANGE) range = source(child);
    else if (tree.kind[child] === N_ARG) cats = source(child).replace(/[`']/g, "");
  }
  if (defined("enable_mls")) return `${text}:${range}`;
  if (defined("enable_mcs")) return `${text}:s0${cats.trim() === "" ? "" : `:${cats}`}`;
  return text;
}

/** Reads a context; complains and gives undefined when it is not valid in this policy. */
export function readContext(
  parts: StatementParts,
  statement: Statement,
  node: number,
  mls: MlsReader,
): Context | undefined {
  const { db } = parts;
  const text = mls.text(contextText(parts, statement, node, mls)).trim();
  const [userName = "", roleName = "", typeName = "", ...rest] = text.split(":").map((part) => part.trim());
  const user = db.users.valueOf(userName);
  const role = db.roles.valueOf(roleName);
  const type = db.types.get(typeName);
  const bad = (code: string, message: string, at = node): undefined => {
    complain(parts, statement, at, code, message);
    return undefined;
  };
  const [userNode = node, roleNode = node, typeNode = node, rangeNode = node] = partNodes(statement, node);
  if (user === 0) bad("ctx-user", `user ${userName} is not declared`, userNode);
  if (role === 0) bad("ctx-role", `role ${roleName} is not declared`, roleNode);
  if (type === undefined) bad("ctx-type", `type ${typeName} is not declared`, typeNode);
  else if (type.isAttribute) bad("ctx-type", `${typeName} is an attribute, a context needs a type`, typeNode);
  if (user === 0 || role === 0 || type === undefined || type.isAttribute) return undefined;
  const rangeText = rest.join(":");
  if (!db.mls) {
    if (rangeText !== "") return bad("parse-syntax", "a context of a policy without MLS has no range");
    return validated(parts, { user, role, type: type.value }, bad);
  }
  if (rangeText === "") return bad("ctx-nomls-field", "a context of an MLS policy needs a range");
  const range = mls.parseRange(statement, rangeNode, rangeText, CONTEXT_LEVELS);
  return range === undefined ? undefined : validated(parts, { user, role, type: type.value, range }, bad);
}

function validated(
  parts: StatementParts,
  context: Context,
  bad: (code: string, message: string) => undefined,
): Context | undefined {
  const { db } = parts;
  if (context.role === OBJECT_R_VAL) return context;
  const role = db.roles.at(context.role);
  const user = db.users.at(context.user);
  if (role?.types.has(context.type - 1) !== true)
    return bad("ctx-invalid", `role ${role?.name} is not allowed type ${db.types.nameOf(context.type)}`);
  if (parts.holdsGlobally?.(role.name, context.type) === false)
    return bad(
      "ctx-invalid",
      `role ${role.name} has type ${db.types.nameOf(context.type)} by a role attribute or an optional block only, which does not count in contexts`,
    );
  if (user?.roles.has(context.role - 1) !== true)
    return bad("ctx-invalid", `user ${user?.name} may not have role ${role.name}`);
  if (context.range !== undefined && user.range !== undefined) {
    const { low, high } = context.range;
    const inside =
      low.sens >= user.range.low.sens &&
      low.cats.contains(user.range.low.cats) &&
      user.range.high.sens >= high.sens &&
      user.range.high.cats.contains(high.cats);
    if (!inside) return bad("ctx-invalid", `the range is outside the range of user ${user.name}`);
  }
  return context;
}
