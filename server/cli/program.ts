// The command line of `sels`: commands, options, help with examples. Each command is a function in a file of its
// own that gives an exit code: 0 fine, 1 findings or nothing found, 2 a usage or internal error, which is one
// clear line on standard error (--debug adds the stack). commander parses; nothing here knows what a policy is.

import { setFlagsFromString } from "node:v8";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Severity } from "../compiler/face.ts";
import { CHECK_FORMATS, type CheckFormat, type CheckOptions, runCheck } from "./check.ts";
import { examples, type Outcome, runCommandLine, withSources } from "./commandLine.ts";
import { type CompileOptions, runCompile } from "./compile.ts";
import { type DiffOptions, runDiff } from "./diff.ts";
import { type ExpandOptions, runExpand } from "./expand.ts";
import { runExplain } from "./explain.ts";
import { type FormatCommandOptions, runFormat } from "./format.ts";
import type { Launched } from "./launch.ts";
import { openPolicy } from "./policy.ts";
import { addQuery } from "./queryCommands.ts";
import { SEVERITIES } from "./report/report.ts";
import { type Terminal, UsageError } from "./terminal.ts";
import type { TestOptions } from "./test.ts";
import { version } from "./version.ts";

/** The version that `sels compile` writes: the newest that checkpolicy of libsepol 3.4 and 3.5 writes. */
const DEFAULT_POLICY_VERSION = 33;

/** Parses the arguments and runs the command; gives the exit code. */
export function runProgram(args: readonly string[], given?: Terminal, launched?: Launched): Promise<number> {
  // Hot code is compiled later and colder code interpreted longer: a cold load is over before the JIT pays.
  setFlagsFromString("--interrupt-budget=500000");
  return runCommandLine(args, given, (program, terminal, outcome) => {
    addCheck(program, terminal, outcome, launched);
    addFormat(program, terminal, outcome);
    addExpand(program, terminal, outcome);
    addCompile(program, terminal, outcome);
    addDiff(program, terminal, outcome);
    addTest(program, terminal, outcome);
    addQuery(program, terminal, outcome, openPolicy);
    addOthers(program, terminal, outcome, launched);
  });
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
  launched: Launched | undefined,
): void {
  withSources(program.command("check"))
    .description("check policies: a policy tree, a module directory, files, or a policy.conf")
    .argument("[path...]", "what to check (default: the current directory)")
    .addOption(
      new Option("--format <format>", "form of the findings").choices(CHECK_FORMATS).default("pretty"),
    )
    .option("--json", "short for --format json")
    .option("--fail-level <level>", "exit with 1 for findings at least this grave", severity, "error")
    .option("--level <level>", "show findings at least this grave", severity, "warning")
    .option("--select <ids>", "only these checks or categories (a,b); repeatable", list, [])
    .option("--ignore <ids>", "without these checks or categories; repeatable", list, [])
    .option("--baseline <file>", "leave out the findings that this file accepts")
    .option("--update-baseline", "accept today's findings in the --baseline file")
    .option("--changed-since <revision>", "only findings on lines that changed since (git)")
    .option("--fix", "apply the repairs that leave the policy as it is")
    .option("--fix-dry-run", "tell what --fix would do")
    .option("--unsafe-fixes", "with --fix: repairs that change the policy, too")
    .option("--kernel <release>", "the kernel that is to load a binary policy, e.g. 6.1")
    .option("--contexts <file>", "hold these contexts against a binary policy; repeatable", list, [])
    .addHelpText(
      "after",
      examples(
        "sels check                                  the policy here",
        "sels check refpolicy --define TYPE=mls      a policy tree, built for MLS",
        "sels check mymodule.te --format gcc         one module, for an editor or CI",
        "sels check policy.conf --level information  a monolithic policy, remarks too",
        "sels check policy.33 --kernel 6.1           a kernel binary: would it load, and run?",
      ),
    )
    .action((paths: string[], options: CheckOptions & { format: CheckFormat; json?: boolean }) => {
      const format = options.json === true ? "json" : options.format;
      outcome.code = runCheck(paths, { ...options, format }, terminal, launched);
    });
}

function addFormat(program: Command, terminal: Terminal, outcome: Outcome): void {
  program
    .command("format")
    .description("format policy sources in the reference policy's style; the policy stays the same")
    .argument("[path...]", "files, directories, or - for standard input (default: the current directory)")
    .option("--check", "list the files that are not formatted; exit with 1 when there are any")
    .option("--diff", "show the changes as a unified diff")
    .option("--write", "change the files")
    .option("--stdin-name <name>", "the name that standard input has", "stdin.te")
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      examples(
        "sels format --check policy/modules     for CI",
        "sels format --diff mymodule.te         what would change",
        "sels format --write mymodule           change the files",
        "sels format - --stdin-name a.fc < a.fc for editors",
      ),
    )
    .action((paths: string[], options: FormatCommandOptions) => {
      outcome.code = runFormat(paths, options, terminal);
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

/** `a,b`, or the option given several times. */
function list(value: string, before: readonly string[]): readonly string[] {
  return [...before, ...value.split(",").map((item) => item.trim())].filter((item) => item !== "");
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value <= 0) throw new InvalidArgumentError("Not a positive number.");
  return value;
}

function addDiff(program: Command, terminal: Terminal, outcome: Outcome): void {
  withSources(program.command("diff"))
    .description("what changes from one policy to another: rules, symbols and labels, with their lines")
    .argument("<from>", "a git revision, a policy tree, modules, a policy.conf or a kernel binary")
    .argument("[to]", "the same (default: the current directory)")
    .option("--json", "as JSON")
    .option("--summary", "one line: what it grants and takes away")
    .addHelpText(
      "after",
      examples("sels diff HEAD", "sels diff v1.2 v1.3 --summary", "sels diff ../old-policy . --json"),
    )
    .action((from: string, to: string | undefined, options: DiffOptions) => {
      outcome.code = runDiff(from, to, options, terminal);
    });
}

function addTest(program: Command, terminal: Terminal, outcome: Outcome): void {
  withSources(program.command("test"))
    .description(
      "test a policy against assertions in *.sels-test files: who may do what, labels, transitions",
    )
    .argument("[path...]", "test files, or directories with some (default: the current directory)")
    .option("--policy <path>", "the policy, sources or a kernel binary (default: that of the tests' place)")
    .addOption(
      new Option("--format <format>", "form of the results")
        .choices(["pretty", "gcc", "json", "github", "junit"])
        .default("pretty"),
    )
    .option("--json", "short for --format json")
    .option("--verbose", "list every assertion with its outcome")
    .addHelpText(
      "after",
      examples(
        "sels test                                  all tests below this directory",
        "sels test web.sels-test --policy refpolicy",
        "sels test tests --format junit             for CI",
      ),
    )
    .action(async (paths: string[], options: TestOptions & { json?: boolean }) => {
      const { runTest } = await import("./test.ts");
      const format = options.json === true ? "json" : options.format;
      outcome.code = runTest(paths, { ...options, format }, terminal);
    });
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

function addOthers(
  program: Command,
  terminal: Terminal,
  outcome: Outcome,
  launched: Launched | undefined,
): void {
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
      if (launched?.startServer === undefined)
        throw new UsageError("the server is started by the program ‘sels’");
      outcome.code = await launched.startServer();
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
