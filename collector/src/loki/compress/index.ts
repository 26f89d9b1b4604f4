import type { Worker } from 'node:worker_threads';
import { compress } from 'snappy';
import { FROM_SOURCE, startThread } from '../../thread';

interface Waiting {
  readonly resolve: (compressed: Buffer) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A thread that compresses pushes (snappy block format), one after the other.
 *
 * The library keeps memory for each thread that it runs in, and frees what another thread gives back only when it is
 * called there again. In Node's pool of four that held 350 to 600 MiB for pushes of 2.5 MiB; in a thread of its own,
 * which frees what it took, next to nothing (docs/performance.md).
 */
export class CompressThread {
  private worker: Worker | undefined;
  private waiting: Waiting[] = [];

  /** @param start starts the thread; it is started when it is needed first, and anew after it has failed. */
  constructor(private readonly start = () => startThread('./compressThread.mjs', './loki/compress/thread.ts')) {}

  /**
   * Compresses.
   * @param bytes stay as they are until it settles, where threads share their memory; others are copied before it returns.
   * @throws Error where the thread failed, or cannot be started.
   */
  compress(bytes: Uint8Array): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const worker = this.running();
      if (bytes.buffer instanceof SharedArrayBuffer) {
        worker.postMessage(bytes);
      } else {
        const copy = new Uint8Array(bytes);
        worker.postMessage(copy, [copy.buffer]);
      }
      this.waiting.push({ resolve, reject });
      worker.ref();
    });
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    await this.worker?.terminate();
  }

  private running(): Worker {
    if (this.worker !== undefined) {
      return this.worker;
    }
    const worker = this.start();
    worker.on('message', (compressed: Uint8Array) => this.done(worker, compressed));
    worker.on('error', (error) => this.failed(worker, error));
    worker.on('exit', (code) => this.failed(worker, new Error(`the thread that compresses ended with ${code}`)));
    this.worker = worker;
    return worker;
  }

  private done(worker: Worker, { buffer, byteOffset, byteLength }: Uint8Array): void {
    this.waiting.shift()?.resolve(Buffer.from(buffer, byteOffset, byteLength));
    if (this.waiting.length === 0) {
      // So that it does not keep the process.
      worker.unref();
    }
  }

  private failed(worker: Worker, error: Error): void {
    if (this.worker === worker) {
      this.worker = undefined;
      this.waiting.splice(0).forEach(({ reject }) => reject(error));
    }
  }
}

/** Run from its source, as tests do, what is compressed is little: in Node's pool. */
const thread = FROM_SOURCE ? undefined : new CompressThread();

const listeners = new Set<(error: Error) => void>();

/**
 * Tells each time that the thread failed and a push was compressed in Node's pool instead, which takes more memory.
 * @returns ends it.
 */
export function onCompressFallback(listener: (error: Error) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Compresses a push (snappy block format).
 * @param push is not changed; nor may others change it before this settles, where threads share its memory.
 * @param by the thread to do it; without one, or where it fails, it is done in Node's pool.
 */
export async function compressPush(push: Uint8Array, by: CompressThread | undefined = thread): Promise<Buffer> {
  if (by !== undefined) {
    try {
      return await by.compress(push);
    } catch (error) {
      listeners.forEach((tell) => tell(error as Error));
    }
  }
  return compress(Buffer.from(push.buffer, push.byteOffset, push.byteLength));
}
