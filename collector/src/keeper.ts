import type { Logger } from 'pino';
import { readState, writeState, type AggregateConfig, type Aggregator } from './aggregate';
import { Rest } from './rest';

/** How much a kill may lose of what is summed up. */
const SAVE_MS = 10_000;

/**
 * By how much longer than the last save took the next one waits: a save takes the time of the main thread. Sums are
 * given out with it, and wait for it.
 */
const REST_TIMES = 5;

/**
 * Keeps the sums of unfinished buckets over a kill: takes up what an earlier start saved, and saves every ten seconds
 * and whenever sums were given out. Without `aggregate.stateFile` it only has sums given out when they are due.
 */
export class RollupKeeper {
  readonly #aggregator: Aggregator;
  readonly #file: string | undefined;
  readonly #log: Pick<Logger, 'info' | 'warn'>;
  readonly #rest = new Rest(REST_TIMES);
  #savedMs = 0;
  #failed = false;
  #toldOfForgotten = false;

  constructor(aggregator: Aggregator, { stateFile }: AggregateConfig, log: Pick<Logger, 'info' | 'warn'>) {
    this.#aggregator = aggregator;
    this.#file = stateFile;
    this.#log = log;
    if (stateFile !== undefined) {
      this.#takeUp(stateFile);
    }
  }

  /** To be called about once a second. */
  tick(): void {
    if (!this.#rest.isOver) {
      return;
    }
    const given = this.#aggregator.flushDue();
    if (given || Date.now() - this.#savedMs >= SAVE_MS) {
      this.#save();
    }
  }

  /** Gives out all there is: a part of its bucket, to which the next start adds the rest. */
  end(): void {
    this.#aggregator.flush();
    this.#save();
  }

  #takeUp(file: string): void {
    try {
      const state = readState(file);
      const skipped = state === undefined ? 0 : this.#aggregator.restore(state);
      if (skipped > 0) {
        this.#log.warn({ file, buckets: skipped }, 'sums of buckets that are no longer written were left out');
      }
    } catch (error) {
      this.#log.warn({ file, error: String(error) }, 'the saved sums of rollups cannot be read; going on without them');
    }
  }

  #save(): void {
    if (this.#file === undefined) {
      return;
    }
    const file = this.#file;
    try {
      this.#rest.after(() => writeState(file, this.#aggregator.snapshot()));
      this.#failed = false;
    } catch (error) {
      if (!this.#failed) {
        this.#log.warn({ file, error: String(error) }, 'cannot save the sums of rollups: a kill would lose them');
      }
      this.#failed = true;
    }
    this.#savedMs = Date.now();
    this.#tellOfForgotten();
  }

  #tellOfForgotten(): void {
    const lines = this.#aggregator.stats.forgottenLines;
    if (lines > 0 && !this.#toldOfForgotten) {
      this.#toldOfForgotten = true;
      this.#log.warn(
        { lines },
        'too many lines of rollups at once to save them all: a kill within two minutes would lose those that Loki does not have yet'
      );
    }
  }
}
