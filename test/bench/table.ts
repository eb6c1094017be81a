// The table that every bench prints: what was measured, against which peer in the same run, with which goal, and
// whether it is reached.

export interface Row {
  readonly what: string;
  readonly figure: string;
  /** the peer's figure, or what the figure is relative to */
  readonly against?: string;
  readonly goal?: string;
  readonly reached?: boolean;
}

/** Prints rows under a title. */
export function printTable(title: string, rows: readonly Row[]): void {
  const cells = rows.map((row) => [
    row.what,
    row.figure,
    row.against ?? "",
    row.goal ?? "",
    row.reached === undefined ? "" : row.reached ? "reached" : "NOT REACHED",
  ]);
  const table = [["measured", "figure", "against", "goal", "verdict"], ...cells];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((row) => (row[column] ?? "").length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const [head = [], ...body] = table;
  process.stdout.write(
    `\n## ${title}\n${[line(head), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n")}\n`,
  );
}

/** The value below which a share of the sample lies. */
export function percentile(sample: readonly number[], share: number): number {
  const sorted = [...sample].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function median(sample: readonly number[]): number {
  return percentile(sample, 0.5);
}

/** Milliseconds with as many digits as say something. */
export function ms(value: number): string {
  return `${value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)} ms`;
}

/**
 * Starts a clock that tells milliseconds: the lesser of wall and CPU time, because on a shared machine the wall counts
 * others too, and CPU time counts threads that run beside.
 */
export function startClock(): () => number {
  const cpu = process.cpuUsage();
  const start = performance.now();
  return () => {
    const wall = performance.now() - start;
    const { user, system } = process.cpuUsage(cpu);
    return Math.min(wall, (user + system) / 1000);
  };
}

/** `1/8.2`: how small one time is beside another. */
export function ratio(ours: number, theirs: number): string {
  return `1/${(theirs / ours).toFixed(1)}`;
}

/** Says loudly what is not measured here. */
export function skipped(what: string, why: string): void {
  process.stdout.write(`\n*** SKIPPED: ${what}: ${why}\n`);
}
