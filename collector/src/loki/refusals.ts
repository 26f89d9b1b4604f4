import { refusedTimes } from './answer';
import { entryCount, makeBatch, type Batch, type Entry } from './batch';

/** Pushes spent to find the entries of one batch that Loki refuses. */
const MAX_PUSHES = 300;

/**
 * What the refusals of one batch have taught: which times Loki takes no entries of. How old or new an entry may be is
 * the same for all streams, so that one refusal tells of many entries; without that, each would have to be found.
 */
export class Refusals {
  private pushes = 0;
  private oldestMs = -Infinity;
  private newestMs = Infinity;
  private reason = '';

  /** True once so many pushes were refused that no more shall be spent on this batch. */
  get exhausted(): boolean {
    return this.pushes > MAX_PUSHES;
  }

  /**
   * Notes a refusal.
   * @returns the part of the piece that it tells of as refused, and the rest, of which it does not tell.
   */
  learn(piece: Batch, reason: string): { refused: Batch; rest: Batch; reason: string } {
    this.pushes++;
    this.reason = reason;
    const general = refusedTimes(reason, false);
    this.oldestMs = Math.max(this.oldestMs, general.oldestMs);
    this.newestMs = Math.min(this.newestMs, general.newestMs);
    const only = entryCount(piece) === 1 ? piece.streams[0]?.entries[0] : undefined;
    if (only !== undefined) {
      this.learnTime(only.ms, reason, Date.now());
    }
    const ofStream = piece.streams.length === 1 ? refusedTimes(reason, true).oldestMs : -Infinity;
    return this.part(piece, Math.max(this.oldestMs, ofStream));
  }

  /** The clock is asked too: no refusal may pass for one of everything. */
  private learnTime(ms: number, reason: string, nowMs: number): void {
    if (reason.includes('timestamp too old') && ms < nowMs) {
      this.oldestMs = Math.max(this.oldestMs, ms + 1);
    }
    if (reason.includes('timestamp too new') && ms > nowMs) {
      this.newestMs = Math.min(this.newestMs, ms);
    }
  }

  /** Parts a piece by what is known already. */
  apply(piece: Batch): { refused: Batch; rest: Batch; reason: string } {
    return this.part(piece, this.oldestMs);
  }

  private part(piece: Batch, oldestMs: number): { refused: Batch; rest: Batch; reason: string } {
    const keep = ({ ms }: Entry) => ms >= oldestMs && ms < this.newestMs;
    const those = (wanted: boolean) =>
      makeBatch(
        piece.streams.map(({ stream, entries }) => ({
          stream,
          entries: entries.filter((entry) => keep(entry) === wanted),
        }))
      );
    return { refused: those(false), rest: those(true), reason: this.reason };
  }
}
