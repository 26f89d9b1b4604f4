import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { loadCorpus } from './corpus';
import { fuzzProperties } from './properties';

/** Each property gets so long here; `npm run fuzz` gives it longer. */
const BUDGET_MS = 1200;
const NUM_RUNS = 100_000;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'flows-fuzz-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const properties = fuzzProperties(await loadCorpus(), () => folder);

describe('whatever is sent, nothing throws, hangs or grows', () => {
  it.each(properties.map(({ name, property }) => ({ name, property })))('$name', async ({ property }) => {
    // A failure tells the seed and path that repeat it.
    await fc.assert(property, { numRuns: NUM_RUNS, interruptAfterTimeLimit: BUDGET_MS, markInterruptAsFailure: false });
  });
});
