// The commands below `sels query`. Who opens the policy is given, so that queries to a kernel binary need not load
// what understands sources; what only few queries need (the kernel's facts) is loaded when one of them runs.

import type { Command } from "commander";
import { examples, type Outcome, withSources } from "./commandLine.ts";
import type { PolicyOptions, QueriedPolicy } from "./policy.ts";
import type { CompatOptions } from "./query/compat.ts";
import { type InfoOptions, runInfo } from "./query/info.ts";
import type { NeedsOptions } from "./query/needs.ts";
import type { NlmsgOptions } from "./query/nlmsg.ts";
import { type QuestionOptions, runQuestions } from "./query/questions.ts";
import { type RuleOptions, runRules } from "./query/rules.ts";
import { runWhy, type WhyOptions } from "./query/why.ts";
import type { Terminal } from "./terminal.ts";

/** Opens the policy that the options name. */
export type OpenPolicy = (options: PolicyOptions, terminal: Terminal) => QueriedPolicy;

/** Adds `query` and its commands. */
export function addQuery(
  program: Command,
  terminal: Terminal,
  outcome: Outcome,
  openPolicy: OpenPolicy,
): void {
  const query = withSources(program.command("query"))
    .description("ask a policy (a tree, modules, a policy.conf, or a kernel binary)")
    .argument(
      "[question...]",
      "access, create, relabel, member, context, validatetrans, user, port, node, netif, fs_use, genfs, ibpkey, ibendport, booleans, class, policy_capabilities, initial_contexts, deny_unknown with their fields; or a command below",
    )
    .option("--policy <path>", "the policy (default: the current directory)")
    .option("--batch <file>", "answer questions from a file (- is standard input), tab-separated, one a line")
    .option("--permissive", "answer as a kernel in permissive mode")
    .option("--enforcing", "answer as a kernel in enforcing mode (default)")
    .option("--libsepol", "answer as libsepol where it differs from the kernel")
    .addHelpText(
      "after",
      examples(
        "sels query --policy policy.33 av system_u:system_r:init_t:s0 system_u:object_r:etc_t:s0 file",
        "sels query --policy refpolicy port tcp 80",
        "sels query --policy policy.33 --batch questions.tsv",
      ),
    )
    .action((words: string[], options: PolicyOptions & QuestionOptions) => {
      outcome.code = runQuestions(openPolicy(options, terminal), words, options, terminal);
    });
  const policyOf = (command: Command) => openPolicy(command.optsWithGlobals() as PolicyOptions, terminal);
  addRules(query, (options, command) => {
    outcome.code = runRules(policyOf(command), options, terminal);
  });
  withSources(query.command("why"))
    .description("why an access is allowed or denied: rules with their places, conditions, constraints")
    .argument(
      "<question...>",
      "source context, target context, class, permissions; a type may stand for a context",
    )
    .option("--policy <path>", "the policy (default: the current directory)")
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      examples(
        "sels query why system_u:system_r:httpd_t:s0 system_u:object_r:etc_t:s0 file read write",
        "sels query why httpd_t etc_t file",
      ),
    )
    .action((words: string[], options: WhyOptions, command: Command) => {
      outcome.code = runWhy(policyOf(command), words, options, terminal);
    });
  addKernelQueries(query, policyOf, terminal, outcome);
  withSources(query.command("info"))
    .description("symbols: counts, all of a kind, or one by name")
    .argument(
      "[kind-or-name...]",
      "type, attribute, class, common, role, user, bool, sensitivity, category; a name",
    )
    .option("--policy <path>", "the policy (default: the current directory)")
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      examples("sels query info", "sels query info type httpd_t", "sels query info attribute domain"),
    )
    .action((words: string[], options: InfoOptions, command: Command) => {
      outcome.code = runInfo(policyOf(command), words, options, terminal);
    });
  query
    .command("nlmsg")
    .description("netlink messages and the permissions they need; needs no policy")
    .argument("[what...]", "a message name; a class or protocol; a class with a number or a permission")
    .option("--kernel <release>", "as this kernel answers, e.g. 6.1")
    .option("--xperm", "with policy capability netlink_xperm (Linux 6.13 and later)")
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      examples(
        "sels query nlmsg RTM_GETROUTE",
        "sels query nlmsg netlink_route_socket nlmsg_write",
        "sels query nlmsg audit 1112",
      ),
    )
    .action(async (words: string[], options: NlmsgOptions) => {
      const { runNlmsg } = await import("./query/nlmsg.ts");
      outcome.code = runNlmsg(words, options, terminal);
    });
}

/** Queries that know the kernel: what operations need, and whether a policy fits a release. */
function addKernelQueries(
  query: Command,
  policyOf: (command: Command) => QueriedPolicy,
  terminal: Terminal,
  outcome: Outcome,
): void {
  withSources(query.command("needs"))
    .description("what an operation needs, and what the policy denies of it")
    .argument(
      "<operation...>",
      "e.g. open for writing; execve; bind tcp 8080; netlink RTM_NEWROUTE; ioctl TCGETS",
    )
    .option("--domain <label>", "who does it: a type or a context")
    .option("--target <label>", "on what: a type or a context")
    .option("--parent <label>", "the directory of what is created or removed")
    .option("--class <name>", "class of the target where the operation leaves it open", "file")
    .option("--policy <path>", "the policy (default: the current directory, when labels are given)")
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      examples(
        "sels query needs open for writing",
        "sels query needs bind tcp 8080 --domain httpd_t",
        "sels query needs execve --domain init_t --target sshd_exec_t --policy refpolicy",
      ),
    )
    .action(async (words: string[], options: NeedsOptions, command: Command) => {
      const { policy } = command.optsWithGlobals() as PolicyOptions;
      const asked = policy ?? options.domain ?? options.target ?? options.parent;
      const { runNeeds } = await import("./query/needs.ts");
      outcome.code = runNeeds(asked === undefined ? undefined : policyOf(command), words, options, terminal);
    });
  withSources(query.command("compat"))
    .description("what a kernel prints when it loads the policy: classes and permissions that are missing")
    .option("--kernel <release>", "the kernel, e.g. 6.1 (default: the newest known)")
    .option("--policy <path>", "the policy (default: the current directory)")
    .option("--json", "as JSON")
    .addHelpText("after", examples("sels query compat --kernel 6.1", "sels query compat --policy policy.33"))
    .action(async (options: CompatOptions, command: Command) => {
      const { runCompat } = await import("./query/compat.ts");
      outcome.code = runCompat(policyOf(command), options, terminal);
    });
}

function addRules(query: Command, run: (options: RuleOptions, command: Command) => void): void {
  withSources(query.command("rules"))
    .description("rules with the statements they come from; filters as in sesearch")
    .option("--policy <path>", "the policy (default: the current directory)")
    .option("-A, --allow", "allow rules (all kinds below when none is named)")
    .option("--auditallow", "auditallow rules")
    .option("--dontaudit", "dontaudit rules")
    .option("-T, --type-trans", "type_transition rules")
    .option("--type-member", "type_member rules")
    .option("--type-change", "type_change rules")
    .option("--allowxperm", "allowxperm rules")
    .option("--auditallowxperm", "auditallowxperm rules")
    .option("--dontauditxperm", "dontauditxperm rules")
    .option("--role-allow", "role allow rules")
    .option("--role-trans", "role_transition rules")
    .option("--range-trans", "range_transition rules")
    .option("-s, --source <name>", "source type, attribute or role")
    .option("-t, --target <name>", "target type, attribute or role")
    .option("-c, --class <names>", "object classes, separated by commas")
    .option("-p, --permission <names>", "permissions, separated by commas")
    .option("-b, --bool <names>", "booleans in the rule's condition, separated by commas")
    .option("-D, --default <name>", "resulting type or role")
    .option("-d, --direct", "match attributes and types as written, on both sides")
    .option("--direct-source", "match the source as written")
    .option("--direct-target", "match the target as written")
    .option("-r, --regex", "names are regular expressions")
    .option("--equal", "exactly these permissions")
    .option("--subset", "at least these permissions")
    .option("--no-origins", "rules only")
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      examples(
        "sels query rules -A -s httpd_t -t etc_t -c file -p write",
        "sels query rules --policy refpolicy -T -s init_t -c process",
        "sels query rules -A -b httpd_can_network_connect",
      ),
    )
    .action(run);
}
