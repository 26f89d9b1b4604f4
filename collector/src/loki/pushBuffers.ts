/** Smaller pushes get memory of their own size: where many wait, none may hold more than it needs. */
const SMALLEST = 1024 * 1024;
/** Sizes are multiples of it. */
const STEP = 256 * 1024;
/** Buffers that are kept for later. */
const SPARE = 8;

/**
 * Memory for pushes that is used again. What is asked of the system anew for each push counts as memory that grew: the
 * garbage collector would go through the whole heap every few seconds, and the system fill page by page with zeros.
 * Larger pushes are in memory that threads share, so that the one that compresses reads them where they stand.
 */
export class PushBuffers {
  private readonly spare: Buffer[] = [];

  /** Memory of a size, whose content is anything. */
  take(bytes: number): Buffer {
    if (bytes < SMALLEST) {
      return Buffer.allocUnsafeSlow(bytes);
    }
    const size = Math.ceil(bytes / STEP) * STEP;
    const index = this.spare.findIndex(({ length }) => length >= size && length <= 2 * size);
    const [found] = index < 0 ? [] : this.spare.splice(index, 1);
    return (found ?? Buffer.from(new SharedArrayBuffer(size))).subarray(0, bytes);
  }

  /** Gives memory back that nobody reads any more. */
  give(push: Buffer): void {
    if (push.length >= SMALLEST && this.spare.length < SPARE) {
      this.spare.push(Buffer.from(push.buffer));
    }
  }
}
