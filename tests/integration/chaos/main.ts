/**
 * `npm run chaos -- --minutes 60 --rate 2000 --seed 7`: rounds of about a minute of random faults under load, each
 * followed by a comparison of what was sent with what Loki has. Prints a line a round; exits with 1 at the first fault.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { buildCollector } from './collectorProcess';
import { faultsOf } from './judge';
import { lokiProgram } from './lokiProgram';
import type { Fault } from './lokiProxy';
import { Stand } from './stand';

const ROUND_MS = 60_000;

interface Settings {
  readonly minutes: number;
  readonly rate: number;
  readonly seed: number;
}

function settings(): Settings {
  const { values } = parseArgs({
    options: { minutes: { type: 'string' }, rate: { type: 'string' }, seed: { type: 'string' } },
  });
  const read = (name: keyof Settings, fallback: number, max: number): number => {
    const value = Number(values[name] ?? fallback);
    if (!(value > 0 && value <= max)) {
      throw new Error(`--${name}: '${values[name]}' is no number above 0, ${max} at most; write one like ${fallback}`);
    }
    return value;
  };
  return { minutes: read('minutes', 5, 10_000), rate: read('rate', 2000, 50_000), seed: read('seed', 1, 1e9) };
}

/** Numbers from 0 to 1 that are the same again for the same seed. */
function random(seed: number): () => number {
  let state = (Math.floor(seed) % 2_147_483_646) + 1;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** What can happen in a round, as often as it is listed. */
function faults(stand: Stand, next: () => number): Array<() => Promise<void>> {
  const proxied = (fault: Fault) => async () => {
    stand.proxy.fault = fault;
    await sleep(1000 + next() * 9000);
    stand.proxy.fault = 'pass';
  };
  return [
    ...(['429', '500', 'slow', 'deaf'] as const).map(proxied),
    () => stand.killLoki(next() * 5000),
    () => stand.killCollector(),
    () => stand.killCollector(),
    async () => {
      await Promise.all([stand.killLoki(next() * 2000), stand.killCollector()]);
    },
  ];
}

async function round(stand: Stand, rate: number, next: () => number): Promise<string[]> {
  const until = Date.now() + ROUND_MS;
  const possible = faults(stand, next);
  stand.exporter.start(rate);
  while (Date.now() < until) {
    await sleep(500 + next() * 3000);
    await possible[Math.floor(next() * possible.length)]!();
  }
  const verdict = await stand.settle(300_000);
  const { sent, stored, refused, spooled, kills, counted, lostByKill } = verdict;
  const lost = lostByKill.reduce((sum, count) => sum + count, 0);
  process.stdout.write(
    `${new Date().toISOString()} sent ${sent}, stored ${stored}, refused ${refused}; ${kills} kills of the collector ` +
      `with ${spooled} flows in its spool and ${lost} not there yet; counted twice by metric queries ${counted - stored}\n`
  );
  return faultsOf(verdict);
}

async function main(): Promise<number> {
  const { minutes, rate, seed } = settings();
  const binary = await lokiProgram();
  if (binary === undefined) {
    throw new Error('LOKI_URL names a Loki that cannot be killed, and there is no program of it; unset LOKI_URL');
  }
  buildCollector();
  const stand = await Stand.start({ binary });
  const next = random(seed);
  const until = Date.now() + minutes * 60_000;
  try {
    do {
      const found = await round(stand, rate, next);
      if (found.length > 0) {
        process.stderr.write(`${found.join('\n')}\n`);
        return 1;
      }
    } while (Date.now() < until);
  } finally {
    await stand.close();
  }
  return 0;
}

main().then(
  (code) => (process.exitCode = code),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
);
