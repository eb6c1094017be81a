/**
 * What something costs in processor time. Tests that hold a program to bounded work go by it: the wall clock counts what
 * else the machine does.
 */

/** Starts counting; each call gives the milliseconds of processor time since. */
export function startCpuTime(): () => number {
  const started = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(started);
    return (user + system) / 1000;
  };
}
