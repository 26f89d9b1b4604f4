/**
 * `npm run chaos -- --minutes 60 --rate 2000 --seed 7`: rounds of faults under load, each followed by a comparison of
 * what was sent with what Loki has: about a minute of faults at random, and now and then a full disk, a spool that
 * overflows and, once, minutes of 429. Each kind comes in the first six minutes. Prints a line a round; exits with 1 at
 * the first fault.
 */
import { parseArgs } from 'node:util';
import type { Status } from '../../../collector/src/status';
import { buildCollector } from './collectorProcess';
import { lokiProgram } from './lokiProgram';
import { rounds, type Round } from './rounds';
import { Stand } from './stand';

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

/** What all rounds came to. */
interface Sums {
  rounds: number;
  sent: number;
  stored: number;
  refused: number;
  /** Sent before a kill, and not spooled yet. What was sent while no collector ran is the rest. */
  lostByKills: number;
  /** Dropped by a spool that was full, which are counted. */
  dropped: number;
  countedTwice: number;
  readonly mishaps: Map<string, number>;
}

function printSums(sums: Sums): void {
  const { rounds: count, sent, stored, refused, lostByKills, dropped, countedTwice, mishaps } = sums;
  const happened = [...mishaps].map(([name, times]) => `${name} ${times} times`).join(', ');
  process.stdout.write(
    `${count} rounds: sent ${sent}, stored ${stored}, refused ${refused}, dropped by a full spool ${dropped}, lost by ` +
      `kills ${lostByKills}, sent while no collector ran ${sent - stored - refused - dropped - lostByKills}; counted twice by metric queries ${countedTwice}; ${happened}\n`
  );
}

/** `received = stored + losses`, as the collector counts it. */
function balanceOf({ decoded, recovered, stored, pending, lost }: Status): string {
  const losses = Object.entries(lost).map(([reason, count]) => ` + ${count} ${reason}`);
  return `${decoded} decoded + ${recovered} recovered = ${stored} stored${losses.join('')} + ${pending} pending`;
}

async function play(round: Round, stand: Stand, rate: number, next: () => number, sums: Sums): Promise<string[]> {
  process.stdout.write(`${new Date().toISOString()} ${round.name}\n`);
  await stand.restartCollector(round.collector);
  const seen = await round.run({
    stand,
    rate,
    next,
    cause: async ({ name, happen }) => {
      const began = new Date().toISOString();
      await happen();
      sums.mishaps.set(name, (sums.mishaps.get(name) ?? 0) + 1);
      process.stdout.write(
        `  ${began} to ${new Date().toISOString().slice(11)} ${name}, ${stand.exporter.count} sent\n`
      );
    },
  });
  const verdict = await stand.settle(300_000);
  const { sent, stored, refused, spooled, kills, counted, doubted, lostByKill, stalledMs, status } = verdict;
  const lost = lostByKill.reduce((sum, count) => sum + count, 0);
  process.stdout.write(
    `${new Date().toISOString()} sent ${sent}, stored ${stored}, refused ${refused}; ${kills} kills of the collector ` +
      `with ${spooled} flows in its spool and ${lost} not there yet; counted twice by metric queries ${counted - stored} ` +
      `of ${doubted} whose answer was lost or not noted before a kill; the machine stood still for ${stalledMs} ms at most; the collector that ran last: ${balanceOf(status)}\n`
  );
  sums.rounds++;
  sums.sent += sent;
  sums.stored += verdict.stored;
  sums.dropped += status.lost.spool_full ?? 0;
  sums.refused += refused;
  sums.lostByKills += lost;
  sums.countedTwice += counted - stored;
  return [...seen, ...round.faultsOf(verdict)];
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
  let keep = false;
  const sums: Sums = {
    rounds: 0,
    sent: 0,
    stored: 0,
    refused: 0,
    lostByKills: 0,
    dropped: 0,
    countedTwice: 0,
    mishaps: new Map(),
  };
  try {
    for (const kinds = rounds(next); ;) {
      const round = kinds.next().value;
      const found = await play(round, stand, rate, next, sums);
      if (found.length > 0) {
        process.stderr.write(`${found.join('\n')}\nLogs, spool and Loki's data are kept in ${stand.folder}\n`);
        keep = true;
        return 1;
      }
      if (Date.now() >= until) {
        return 0;
      }
    }
  } finally {
    printSums(sums);
    await stand.close(keep);
  }
}

main().then(
  (code) => (process.exitCode = code),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
);
