import { makeBatch, type Batch } from './batch';

/** So long a stream is taken to be blocked still, where a push that holds it is refused for some stream. */
const KNOWN_MS = 10 * 60_000;

/**
 * Streams that Loki discards by order of its operator (`block_ingestion_policy_until`). It stores the others of a push
 * and does not tell which those are, so that each has to be found by a push of its own; as the next pushes hold the same
 * streams, what was found is remembered.
 */
export class BlockedStreams {
  private readonly untilMs = new Map<string, number>();

  /** Loki was found to discard this stream. */
  add(labels: string, nowMs: number): void {
    this.forget(nowMs);
    this.untilMs.set(labels, nowMs + KNOWN_MS);
  }

  /** Whether any stream is known to be discarded. */
  any(nowMs: number): boolean {
    this.forget(nowMs);
    return this.untilMs.size > 0;
  }

  /** The part of a piece that is in such streams, and the rest. */
  part(piece: Batch, nowMs: number): { blocked: Batch; rest: Batch } {
    this.forget(nowMs);
    const those = (wanted: boolean) =>
      makeBatch(piece.streams.filter(({ stream }) => this.untilMs.has(stream.labels) === wanted));
    return { blocked: those(true), rest: those(false) };
  }

  private forget(nowMs: number): void {
    for (const [labels, untilMs] of this.untilMs) {
      if (untilMs <= nowMs) {
        this.untilMs.delete(labels);
      }
    }
  }
}
