import type { SealedBatch } from './openBatch';

/** Batches that wait in memory, bounded by bytes: where there is no room, the oldest make it. */
export class BatchQueue {
  private readonly waiting: SealedBatch[] = [];
  /** Bytes of the batches that wait. */
  bytes = 0;

  /** @param limit bytes that may wait. */
  constructor(private readonly limit: number) {}

  /** Adds a batch. @returns the oldest ones, which had to make room. */
  put(batch: SealedBatch): SealedBatch[] {
    this.waiting.push(batch);
    this.bytes += batch.bytes;
    const dropped: SealedBatch[] = [];
    while (this.bytes > this.limit && this.waiting.length > 1) {
      dropped.push(this.take()!);
    }
    return dropped;
  }

  /** Takes out the oldest batch; undefined where none waits. */
  take(): SealedBatch | undefined {
    const batch = this.waiting.shift();
    this.bytes -= batch?.bytes ?? 0;
    return batch;
  }
}
