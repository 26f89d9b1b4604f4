import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { loadCorpus } from './corpus';
import { fuzzProperties, type FuzzProperty } from './properties';

/**
 * `npm run fuzz -- --minutes 10 [--seed N]`: fuzzes everything that takes what others send, in turns, until the time
 * is up; then says what came of it. Exits with 1 at the first thing that does not hold, with the seed and path that
 * repeat it and the smallest input that was found.
 */
const ROUND_MS = 5000;
const RUNS_MAX = 1_000_000_000;
/** What the heap may be above its size after the first rounds; the garbage collected, it should not be above at all. */
const GROWTH_MAX_MB = 48;
const WARM_ROUNDS = 2;

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '1' }, seed: { type: 'string' }, path: { type: 'string' } },
});
const minutes = Number(values.minutes);
if (!(minutes > 0)) {
  console.error(`--minutes: '${values.minutes}' is no number of minutes above 0`);
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'flows-fuzz-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const properties = fuzzProperties(await loadCorpus(), () => folder);
const endMs = Date.now() + minutes * 60_000;
const firstSeed = values.seed === undefined ? Date.now() % 0x7fff_ffff : Number(values.seed);
let baseMb = 0;
let runs = 0;
let round = 0;
for (; Date.now() < endMs; round++) {
  for (const one of properties) {
    runs += await fuzz(one, firstSeed + round);
  }
  const heap = heapMb();
  if (round < WARM_ROUNDS) {
    baseMb = heap;
  }
  console.log(
    `round ${round + 1}: ${runs} runs, heap ${heap.toFixed(0)} MB, RSS ${(process.memoryUsage.rss() / 1e6).toFixed(0)} MB`
  );
  if (heap > baseMb + GROWTH_MAX_MB) {
    console.error(`the heap has grown from ${baseMb.toFixed(0)} MB to ${heap.toFixed(0)} MB`);
    process.exit(1);
  }
}
for (const { name, summary } of properties) {
  console.log(`${name}: ${summary()}`);
}
console.log(`${runs} runs in ${minutes} minutes, nothing found`);

async function fuzz({ name, property }: FuzzProperty, seed: number): Promise<number> {
  const leftMs = Math.min(ROUND_MS, endMs - Date.now());
  if (leftMs <= 0) {
    return 0;
  }
  const details = await fc.check(property, {
    ...{ seed, path: values.path, numRuns: RUNS_MAX },
    ...{ interruptAfterTimeLimit: leftMs, markInterruptAsFailure: false },
  });
  if (details.failed) {
    console.error(`${name}: seed ${seed}, path ${details.counterexamplePath}\n${fc.defaultReportMessage(details)}`);
    process.exit(1);
  }
  return details.numRuns;
}

function heapMb(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1e6;
}
