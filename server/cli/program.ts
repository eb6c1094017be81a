// The command line of `sels`: commands, options, help with examples. Each command is a function in a file of its
// own that gives an exit code: 0 fine, 1 findings or nothing found, 2 a usage or internal error, which is one
// clear line on standard error (--debug adds the stack). commander parses; nothing here knows what a policy is.

import { setFlagsFromString } from "node:v8";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import type { Severity } from "../compiler/face.ts";
import { type CheckFormat, type CheckOptions, runCheck } from "./check.ts";
import { type CompileOptions, runCompile } from "./compile.ts";
import { type ExpandOptions, runExpand } from "./expand.ts";
import { runExplain } from "./explain.ts";
import type { AnswerCache } from "./launch.ts";
import { createNodeFileSystem } from "./nodeFileSystem.ts";
import { openPolicy, type PolicyOptions, type QueriedPolicy } from "./policy.ts";
import { type CompatOptions, runCompat } from "./query/compat.ts";
import { type InfoOptions, runInfo } from "./query/info.ts";
import { type NeedsOptions, runNeeds } from "./query/needs.ts";
import { type NlmsgOptions, runNlmsg } from "./query/nlmsg.ts";
import { type QuestionOptions, runQuestions } from "./query/questions.ts";
import { type RuleOptions, runRules } from "./query/rules.ts";
import { runWhy, type WhyOptions } from "./query/why.ts";
import { SEVERITIES } from "./report/report.ts";
import { processTerminal, type Terminal, UsageError } from "./terminal.ts";
import { version } from "./version.ts";

/** The version that `sels compile` writes: the newest that checkpolicy of libsepol 3.4 and 3.5 writes. */
const DEFAULT_POLICY_VERSION = 33;

/** What the last command that ran gave as exit code. */
interface Outcome {
  code: number;
}

/** Parses the arguments and runs the command; gives the exit code. */
export async function runProgram(
  args: readonly string[],
  given?: Terminal,
  cache?: AnswerCache,
): Promise<number> {
  // Hot code is compiled later and colder code interpreted longer: a cold load is over before the JIT pays.
  setFlagsFromString("--interrupt-budget=1000000");
  const terminal = given ?? processTerminal(args.includes("--no-color") ? false : undefined);
  const debug = args.includes("--debug");
  const outcome: Outcome = { code: 0 };
  const program = createProgram(terminal, outcome, cache);
  try {
    await program.parseAsync(args as string[], { from: "user" });
    return outcome.code;
  } catch (error) {
    terminal.endProgress();
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (debug) terminal.err(`${error instanceof Error ? error.stack : String(error)}\n`);
    else if (error instanceof UsageError) terminal.err(`sels: ${error.message}\n`);
    else
      terminal.err(
        `sels: internal error: ${error instanceof Error ? error.message : error} (--debug shows more)\n`,
      );
    return 2;
  }
}

function createProgram(terminal: Terminal, outcome: Outcome, cache: AnswerCache | undefined): Command {
  const program = new Command("sels")
    .description("SELinux policy: exact diagnostics, expansion and queries, on sources")
    .option("--debug", "show a stack trace with internal errors")
    .option("--no-color", "plain text (so does NO_COLOR=1)")
    .helpCommand("help [command]", "help for a command")
    .version(version(), "-V, --version")
    .exitOverride()
    .configureOutput({ writeOut: (text) => terminal.out(text), writeErr: (text) => terminal.err(text) })
    .showHelpAfterError("(sels --help shows the commands)");
  addCheck(program, terminal, outcome, cache);
  addExpand(program, terminal, outcome);
  addCompile(program, terminal, outcome);
  addQuery(program, terminal, outcome);
  addOthers(program, terminal, outcome);
  inherit(program);
  return program;
}

/** Subcommands are made before the settings are: give them the same. */
function inherit(program: Command): void {
  for (const command of program.commands) {
    command.copyInheritedSettings(program);
    command.option("--debug", "show a stack trace with internal errors");
    command.option("--no-color", "plain text");
    inherit(command);
  }
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

/** --define and --headers: how the policy is built. */
function withSources(command: Command): Command {
  return command
    .option(
      "--define <key=value>",
      "override build.conf (TYPE=mls, DISTRO=…) or define an m4 name; repeatable",
      collect,
      [],
    )
    .option("--headers <directory>", "policy headers for module directories (default: the installed ones)")
    .addOption(new Option("--no-cache", "neither read nor write the warm-start cache").hideHelp());
}

function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}\n`;
}

function severity(value: string): Severity {
  const known = SEVERITIES.find((name) => name === value || (value === "info" && name === "information"));
  if (known === undefined) throw new InvalidArgumentError(`Known levels: ${SEVERITIES.join(", ")}.`);
  return known;
}

function addCheck(
  program: Command,
  terminal: Terminal,
  outcome: Outcome,
  cache: AnswerCache | undefined,
): void {
  withSources(program.command("check"))
    .description("check policies: a policy tree, a module directory, files, or a policy.conf")
    .argument("[path...]", "what to check (default: the current directory)")
    .addOption(
      new Option("--format <format>", "form of the findings")
        .choices(["pretty", "gcc", "json"])
        .default("pretty"),
    )
    .option("--json", "short for --format json")
    .option("--fail-level <level>", "exit with 1 for findings at least this grave", severity, "error")
    .option("--level <level>", "show findings at least this grave", severity, "warning")
    .addHelpText(
      "after",
      examples(
        "sels check                                  the policy here",
        "sels check refpolicy --define TYPE=mls      a policy tree, built for MLS",
        "sels check mymodule.te --format gcc         one module, for an editor or CI",
        "sels check policy.conf --level information  a monolithic policy, remarks too",
      ),
    )
    .action((paths: string[], options: CheckOptions & { format: CheckFormat; json?: boolean }) => {
      const format = options.json === true ? "json" : options.format;
      outcome.code = runCheck(paths, { ...options, format }, terminal, cache);
    });
}

function addExpand(program: Command, terminal: Terminal, outcome: Outcome): void {
  withSources(program.command("expand"))
    .description("show the rules that a call, a line or a file becomes")
    .argument("<what>", "FILE, FILE:LINE or 'macro(arguments)'")
    .option("--policy <path>", "the policy in which a call is expanded (default: the current directory)")
    .option("--limit <n>", "stop after so many rules", (text) => positive(text), 10_000)
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      examples(
        "sels expand policy/modules/services/ssh.te:120",
        "sels expand 'files_read_etc_files(foo_t)' --policy refpolicy",
      ),
    )
    .action((what: string, options: ExpandOptions) => {
      outcome.code = runExpand(what, options, terminal);
    });
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value <= 0) throw new InvalidArgumentError("Not a positive number.");
  return value;
}

function addCompile(program: Command, terminal: Terminal, outcome: Outcome): void {
  withSources(program.command("compile"))
    .description("compile a policy tree or a policy.conf to a kernel policy, as m4 and checkpolicy do")
    .argument("[path]", "the policy", ".")
    .requiredOption("-o, --output <file>", "where the kernel policy goes")
    .option("-c, --policyvers <n>", "policy version, 20 to 35", policyVersion, DEFAULT_POLICY_VERSION)
    .addHelpText(
      "after",
      examples(
        "sels compile refpolicy -o policy.33",
        "sels compile policy.conf -o policy.31 --policyvers 31",
        "sels compile refpolicy --define TYPE=mls -o policy.33",
      ),
    )
    .action((path: string, options: CompileOptions) => {
      outcome.code = runCompile(path, options, terminal);
    });
}

function policyVersion(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 20 || value > 35)
    throw new InvalidArgumentError("Known: 20 to 35.");
  return value;
}

function addQuery(program: Command, terminal: Terminal, outcome: Outcome): void {
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
    .action((words: string[], options: NlmsgOptions) => {
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
    .action((words: string[], options: NeedsOptions, command: Command) => {
      const { policy } = command.optsWithGlobals() as PolicyOptions;
      const asked = policy ?? options.domain ?? options.target ?? options.parent;
      outcome.code = runNeeds(asked === undefined ? undefined : policyOf(command), words, options, terminal);
    });
  withSources(query.command("compat"))
    .description("what a kernel prints when it loads the policy: classes and permissions that are missing")
    .option("--kernel <release>", "the kernel, e.g. 6.1 (default: the newest known)")
    .option("--policy <path>", "the policy (default: the current directory)")
    .option("--json", "as JSON")
    .addHelpText("after", examples("sels query compat --kernel 6.1", "sels query compat --policy policy.33"))
    .action((options: CompatOptions, command: Command) => {
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

function addOthers(program: Command, terminal: Terminal, outcome: Outcome): void {
  program
    .command("explain")
    .description("what a finding's code means, and what to do about it")
    .argument("[code]", "the code in brackets, e.g. type-unknown (default: a list)")
    .option("--json", "as JSON")
    .addHelpText("after", examples("sels explain type-unknown", "sels explain"))
    .action((code: string | undefined, options: { json?: boolean }) => {
      outcome.code = runExplain(code, options, terminal);
    });
  program
    .command("server")
    .description("run the language server")
    .option("--stdio", "over standard input and output (default)")
    .option("--node-ipc", "over Node's own channel")
    .option("--socket <port>", "over a TCP socket on which the client listens")
    .addHelpText("after", examples("sels server --stdio"))
    .action(async () => {
      const { startServer } = await import("../lsp/connection.ts");
      outcome.code = await startServer({ files: createNodeFileSystem(), version: version() });
    });
  program
    .command("version")
    .description("the version")
    .option("--json", "as JSON")
    .action((options: { json?: boolean }) => {
      terminal.out(
        options.json === true
          ? `${JSON.stringify({ version: version(), node: process.version })}\n`
          : `sels ${version()}\n`,
      );
    });
}
