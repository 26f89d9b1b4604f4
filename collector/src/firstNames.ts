import { setTimeout as sleep } from 'node:timers/promises';
import type { Readiness } from './http';

/** Lists of tens of thousands of pods take seconds; where a permission is missing they never come. */
const LIMIT_MS = 60_000;
const LOOK_MS = 100;

/** The names that a start brings: data that can wait, as in Kafka or a file, does so until they are there. */
export class FirstNames {
  private readonly untilMs: number;

  /**
   * @param ready whether all sources of names have delivered once, and what is missing where not.
   * @param limitMs how long it is worth waiting, from now on.
   */
  constructor(
    private readonly ready: () => Readiness,
    limitMs = LIMIT_MS
  ) {
    this.untilMs = Date.now() + limitMs;
  }

  /** Whether names are still to come, and data is to wait for them. */
  get areDue(): boolean {
    return !this.ready().ok && Date.now() < this.untilMs;
  }

  /**
   * Waits until they are there, or the time has run out.
   * @returns what is missing then; undefined where nothing is.
   */
  async wait(): Promise<string | undefined> {
    while (this.areDue) {
      await sleep(LOOK_MS);
    }
    const { ok, reason } = this.ready();
    return ok ? undefined : (reason ?? 'names are missing');
  }
}
