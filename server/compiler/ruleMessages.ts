// The words of findings about rules: what is wrong, with the name it is about.

import type { CompiledPolicy } from "./compile.ts";
import type { RuleError } from "./rules.ts";
import { EMPTY_NAME } from "./statements.ts";

const OPERANDS = ["this rule", "the source", "the target", "the class", "the permission set", "the result"];

/** The message of a rule error. */
export function ruleMessage(compiled: CompiledPolicy, error: RuleError): string {
  const { words, db } = compiled.state;
  const name = words.text(error.word);
  const className = db.classes.nameOf(error.tclass) ?? "";
  switch (error.code) {
    case "type-unknown":
      return `type or attribute ${name} is not declared`;
    case "class-unknown":
      return `class ${name} is not declared`;
    case "perm-unknown":
    case "perm-partial-classes":
    case "xperm-perm-undef":
      return `class ${className} has no permission ${name}`;
    case "ttrans-unknown-new":
      return `type ${name} is not declared`;
    case "ttrans-attr-result":
      return `${name} is an attribute; the result of a type rule must be a type`;
    case "av-self-source":
      return "self stands for the source, so it cannot be the source";
    case "typeset-star":
      return "* is allowed as a set of types in neverallow rules only";
    case "typeset-tilde":
      return "~ is allowed before a set of types in neverallow rules only";
    case "av-minus-self":
      return "-self is allowed in neverallow rules only";
    case "av-self-and-minus":
      return "self and -self cannot stand in one set";
    case "av-minus-self-compl":
      return "-self cannot stand in a set that is complemented";
    case "av-dontaudit-tilde":
      return "this silences every permission but the listed ones: is dontaudit with ~ meant?";
    case "cond-neverallow":
      return "neverallow cannot depend on a boolean: it is not allowed in a conditional block";
    case "xperm-cond":
      return "extended permissions are not allowed in a conditional block (before policy version 34)";
    case "xperm-kind":
      return `extended permissions exist for ioctl and nlmsg, not for ${name}`;
    case "xperm-range-order":
      return `the range ${name} runs backwards`;
    case "xperm-value":
      return `${name} exceeds 0xffff`;
    case "av-empty-perms":
      return `no permission of class ${className} is left in this rule, so it has no effect`;
    case "empty-set":
      return `${OPERANDS[error.operand] ?? "this rule"} is empty: ${EMPTY_NAME}`;
    case "rules-too-many":
      return "with what this rule stands for, the policy has more rules than any tool can hold; it is left out";
    default:
      return name === "" ? "this rule is not valid" : `${name} is not valid here`;
  }
}
