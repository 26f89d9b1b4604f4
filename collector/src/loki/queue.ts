import type { Batch } from './batch';

/** Batches that wait to be sent, bounded by bytes: where there is no room, the oldest make it. */
export class BatchQueue {
  private readonly waiting: Batch[] = [];
  private takers: Array<(batch: Batch | undefined) => void> = [];
  private ended = false;
  /** Bytes of the batches that wait. */
  bytes = 0;

  /** @param limit bytes that may wait. */
  constructor(private readonly limit: number) {}

  /** Adds a batch. @returns the oldest ones, which had to make room. */
  put(batch: Batch): Batch[] {
    const taker = this.takers.shift();
    if (taker !== undefined) {
      taker(batch);
      return [];
    }
    this.waiting.push(batch);
    this.bytes += batch.bytes;
    const dropped: Batch[] = [];
    while (this.bytes > this.limit && this.waiting.length > 1) {
      dropped.push(this.shift()!);
    }
    return dropped;
  }

  /** The oldest batch, as soon as there is one; undefined once the queue has ended and is empty. */
  take(): Promise<Batch | undefined> {
    const batch = this.shift();
    if (batch !== undefined || this.ended) {
      return Promise.resolve(batch);
    }
    return new Promise((resolve) => this.takers.push(resolve));
  }

  /** No more batches come: takers that wait get undefined. */
  end(): void {
    this.ended = true;
    for (const taker of this.takers) {
      taker(undefined);
    }
    this.takers = [];
  }

  /** Takes out all that waits. */
  clear(): Batch[] {
    this.bytes = 0;
    return this.waiting.splice(0);
  }

  private shift(): Batch | undefined {
    const batch = this.waiting.shift();
    this.bytes -= batch?.bytes ?? 0;
    return batch;
  }
}
