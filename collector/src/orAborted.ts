/**
 * Waits for what was asked of another, but no longer than until the signal: clients heed it late, or not at all.
 * @returns what the promise comes to; where the signal is first, it fails with the signal's reason.
 */
export function orAborted<T>(asked: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) {
      abort();
    } else {
      signal.addEventListener('abort', abort, { once: true });
    }
    asked.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
