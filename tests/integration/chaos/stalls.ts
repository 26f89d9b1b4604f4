const TICK_MS = 100;
/** A timer that comes so much too late is nothing to tell of. */
const USUAL_MS = 200;

/**
 * Watches for how long this process did not get to run, as other work had the machine: the collector beside it did not
 * either, and a flow may have been on its way for so much longer.
 */
export class Stalls {
  private readonly found: Array<{ readonly endMs: number; readonly ms: number }> = [];
  private lastMs = Date.now();
  private readonly timer = setInterval(() => this.tick(), TICK_MS);

  /** Milliseconds without running, together, that ended between two times. */
  between(fromMs: number, toMs: number): number {
    return this.found.reduce((sum, { endMs, ms }) => (endMs >= fromMs && endMs - ms <= toMs ? sum + ms : sum), 0);
  }

  /** The longest between two times, in ms; 0 where there was none. */
  longest(fromMs: number, toMs: number): number {
    return Math.max(0, ...this.found.filter(({ endMs }) => endMs >= fromMs && endMs <= toMs).map(({ ms }) => ms));
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private tick(): void {
    const nowMs = Date.now();
    const late = nowMs - this.lastMs - TICK_MS;
    this.lastMs = nowMs;
    if (late > USUAL_MS) {
      this.found.push({ endMs: nowMs, ms: late });
    }
  }
}
