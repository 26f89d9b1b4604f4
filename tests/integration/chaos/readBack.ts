import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeParcel } from '../../../collector/src/loki/parcel';
import { Spool, spoolConfig } from '../../../collector/src/spool';
import type { LokiClient } from '../lokiClient';

const PAGE = 5000;
/** The number of a flow from its line: its bytes. */
export const numberOf = (line: string) => Number(/"Bytes":(\d+)/.exec(line)?.[1]);

/**
 * The numbers of all flows that Loki has between two times, as often as it has them.
 * @param selector of the flows.
 */
export async function storedNumbers(
  loki: LokiClient,
  selector: string,
  fromMs: number,
  toMs: number
): Promise<number[]> {
  const ns = (ms: number) => BigInt(ms) * 1_000_000n;
  const lines = await loki.lines(selector, ns(fromMs), ns(toMs));
  if (lines.length < PAGE) {
    return lines.map(({ line }) => numberOf(line));
  }
  if (toMs - fromMs <= 1) {
    throw new Error(`more than ${PAGE} flows in one millisecond: ${fromMs}`);
  }
  const middle = Math.floor((fromMs + toMs) / 2);
  return [
    ...(await storedNumbers(loki, selector, fromMs, middle)),
    ...(await storedNumbers(loki, selector, middle, toMs)),
  ];
}

/** The numbers of the flows that a spool holds, read from a copy, as a collector would at its start. */
export async function spooledNumbers(folder: string): Promise<number[]> {
  const copy = mkdtempSync(join(tmpdir(), 'spool-copy-'));
  try {
    cpSync(folder, copy, { recursive: true });
    const spool = Spool.open(copy, spoolConfig.parse({ path: copy }), {
      onAvailable: () => undefined,
      onDropped: () => undefined,
      onSpoilt: () => undefined,
      onNotice: () => undefined,
    });
    const numbers: number[] = [];
    for (let taken = await spool.next(); taken !== undefined; taken = await spool.next()) {
      const { streams } = await decodeParcel(taken.meta, taken.body).batch();
      for (const { entries } of streams) {
        numbers.push(...entries.map(({ line }) => numberOf(line)));
      }
    }
    await spool.close();
    return numbers;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
