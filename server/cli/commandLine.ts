// What the programs of the command line share: how a command line is run and how its errors become exit codes, the
// root command, options and texts that several commands have. Which commands there are is not known here.

import { Command, CommanderError, Option } from "commander";
import { processTerminal, type Terminal, UsageError } from "./terminal.ts";
import { version } from "./version.ts";

/** What the last command that ran gave as exit code. */
export interface Outcome {
  code: number;
}

/** Runs a command line with the commands that `addCommands` gives; the exit code. */
export async function runCommandLine(
  args: readonly string[],
  given: Terminal | undefined,
  addCommands: (program: Command, terminal: Terminal, outcome: Outcome) => void,
): Promise<number> {
  const terminal = given ?? processTerminal(args.includes("--no-color") ? false : undefined);
  const debug = args.includes("--debug");
  const outcome: Outcome = { code: 0 };
  const program = createProgram(terminal);
  addCommands(program, terminal, outcome);
  inherit(program);
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

function createProgram(terminal: Terminal): Command {
  return new Command("sels")
    .description("SELinux policy: exact diagnostics, expansion and queries, on sources")
    .option("--debug", "show a stack trace with internal errors")
    .option("--no-color", "plain text (so does NO_COLOR=1)")
    .helpCommand("help [command]", "help for a command")
    .version(version(), "-V, --version")
    .exitOverride()
    .configureOutput({ writeOut: (text) => terminal.out(text), writeErr: (text) => terminal.err(text) })
    .showHelpAfterError("(sels --help shows the commands)");
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
export function withSources(command: Command): Command {
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

export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}\n`;
}
