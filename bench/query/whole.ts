import type { Server, Timed } from './server';

/** What a whole page costs. */
export interface Whole {
  readonly seconds: number;
  /** CPU seconds of Loki. */
  readonly cpu: number;
  /** Questions that it was worked out from, where not all were asked. */
  readonly sample?: number;
  readonly failed: readonly string[];
}

/**
 * Asks all questions of a page, cold, two at a time, as there are cores.
 * @param sample asks about so many of them, and works out from these what all would cost.
 */
export async function askAll(
  server: Server,
  asks: ReadonlyArray<() => Promise<Timed>>,
  sample?: number
): Promise<Whole> {
  await server.restart();
  const every = sample === undefined ? 1 : Math.ceil(asks.length / sample);
  const chosen = asks.filter((_, index) => index % every === 0);
  const rest = [...chosen];
  const failed: string[] = [];
  const [started, before] = [performance.now(), server.cpu()];
  const worker = async () => {
    for (let ask = rest.shift(); ask !== undefined; ask = rest.shift()) {
      const { refused } = await ask();
      failed.push(...(refused === undefined ? [] : [refused]));
    }
  };
  await Promise.all([worker(), worker()]);
  const factor = asks.length / chosen.length;
  return {
    seconds: (factor * (performance.now() - started)) / 1000,
    cpu: factor * (server.cpu() - before),
    failed,
    ...(sample !== undefined && { sample: chosen.length }),
  };
}

/** The least of the numbers that a share of them does not pass: of ten the ninth for 0.9. @param share 0 to 1. */
export function percentile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}
