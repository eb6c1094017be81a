// Work for when nobody does anything: it waits for a long pause, and every edit puts it off.

/** Runs something once no edit has come for so many milliseconds. */
export class Quiet {
  private readonly delay: number;
  private readonly run: () => void;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(delay: number, run: () => void) {
    this.delay = delay;
    this.run = run;
  }

  /** Begins to wait, or begins anew. */
  wait(): void {
    this.stop();
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.run();
    }, this.delay);
    // A process that is done does not wait for it; a browser has no such thing.
    (this.timer as { unref?: () => void }).unref?.();
  }

  stop(): void {
    if (this.timer !== undefined) clearTimeout(this.timer);
    this.timer = undefined;
  }
}
