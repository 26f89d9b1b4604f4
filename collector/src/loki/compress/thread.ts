import { parentPort } from 'node:worker_threads';
import { compressSync } from 'snappy';

/*
 * The program of the thread that compresses: bytes in, the same compressed (snappy block format) out, in order. The
 * output is copied out of the library's own memory, which is then free at once, and given away to who asked.
 */
parentPort?.on('message', (bytes: Uint8Array) => {
  const compressed = compressSync(bytes, { copyOutputData: true });
  const own = new Uint8Array(compressed);
  parentPort?.postMessage(own, [own.buffer]);
});
