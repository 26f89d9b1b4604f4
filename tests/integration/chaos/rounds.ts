import { setTimeout as sleep } from 'node:timers/promises';
import { lokiConfig } from '../../../collector/src/loki';
import { faultsOf, overflowFaultsOf } from './judge';
import { mishaps, mishapsOfLoki, type Mishap } from './mishaps';
import type { CollectorOptions, Stand, Verdict } from './stand';

const MIB = 1024 * 1024;
const ROUND_MS = 60_000;
const SHORT_ROUND_MS = 30_000;

/** What a round works with. */
export interface RoundContext {
  readonly stand: Stand;
  /** Flows per second. */
  readonly rate: number;
  /** Numbers from 0 to 1. */
  readonly next: () => number;
  /** Lets something happen, and tells of it. */
  readonly cause: (mishap: Mishap) => Promise<void>;
}

/** A round: under load something goes wrong, and afterwards what was sent is compared with what Loki has. */
export interface Round {
  readonly name: string;
  /** How the collector is run in it. */
  readonly collector: CollectorOptions;
  /** Starts the load and lets things happen. @returns what was seen to be wrong meanwhile, in words. */
  readonly run: (context: RoundContext) => Promise<string[]>;
  /** What the comparison shows to be wrong, in words. */
  readonly faultsOf: (verdict: Verdict) => string[];
}

async function atRandom({ stand, rate, next, cause }: RoundContext, possible: readonly Mishap[], forMs: number) {
  const until = Date.now() + forMs;
  stand.exporter.start(rate);
  while (Date.now() < until) {
    await sleep(500 + next() * 3000);
    await cause(possible[Math.floor(next() * possible.length)]!);
  }
}

const usual: Round = {
  name: 'faults at random',
  collector: {},
  run: async (context) => {
    await atRandom(context, mishaps(context.stand, context.next), ROUND_MS);
    return [];
  },
  faultsOf,
};

/** What memory holds while the disk is full would be lost by a kill of the collector: only Loki is disturbed. */
const fullDisk: Round = {
  name: 'a disk that is full',
  collector: { maxFileBytes: MIB / 4 },
  run: async (context) => {
    await atRandom(context, mishapsOfLoki(context.stand, context.next), SHORT_ROUND_MS);
    return [];
  },
  faultsOf: (verdict) => [
    ...faultsOf(verdict),
    ...((verdict.status.spool?.writeErrors ?? 0) === 0 ? ['the disk took all writes'] : []),
  ],
};

const SMALL_SPOOL = { maxBytes: MIB, segmentBytes: MIB / 8 };
/** So many flows a second, at least, fill that spool within half a minute. */
const FILLING_RATE = 2000;
const FILLED_WITHIN_MS = 180_000;

const smallSpool: Round = {
  name: 'a spool that overflows',
  collector: { spool: SMALL_SPOOL },
  run: async ({ stand, rate, next, cause }) => {
    let mostBytes = 0;
    stand.exporter.start(Math.max(rate, FILLING_RATE));
    const fault = next() < 0.5 ? '429' : '500';
    await cause({
      name: `pushes answered by ${fault} until the spool is full`,
      happen: async () => {
        stand.proxy.fault = fault;
        const until = Date.now() + FILLED_WITHIN_MS;
        let untilFullMs = Infinity;
        while (Date.now() < Math.min(until, untilFullMs)) {
          const { spool, lost } = await stand.status();
          mostBytes = Math.max(mostBytes, spool?.bytes ?? 0);
          if ((lost.spool_full ?? 0) > 0 && untilFullMs === Infinity) {
            untilFullMs = Date.now() + 10_000 * next();
          }
          await sleep(200);
        }
        stand.proxy.fault = 'pass';
      },
    });
    return mostBytes > SMALL_SPOOL.maxBytes ? [`the spool had ${mostBytes} bytes, above spool.maxBytes`] : [];
  },
  faultsOf: overflowFaultsOf,
};

const { backoffMinMs, backoffMaxMs } = lokiConfig.parse({ url: 'http://127.0.0.1' });
/** With its usual pauses the collector asks a Loki that refuses everything less than once a second. */
const ASKED_PER_SECOND = 1;

const heldBack: Round = {
  name: '429 for minutes',
  collector: { loki: { backoffMinMs, backoffMaxMs } },
  run: async ({ stand, rate, next, cause }) => {
    const forMs = 120_000 + next() * 60_000;
    const killAfterMs = (0.2 + 0.6 * next()) * forMs;
    const before = stand.proxy.pushes['429'];
    stand.exporter.start(rate);
    await sleep(1000);
    await cause({
      name: `pushes answered by 429 for ${Math.round(forMs / 1000)} s, and the collector killed meanwhile`,
      happen: async () => {
        stand.proxy.fault = '429';
        await sleep(killAfterMs);
        await stand.killCollector();
        await sleep(forMs - killAfterMs);
        stand.proxy.fault = 'pass';
      },
    });
    const asked = stand.proxy.pushes['429'] - before;
    return asked > (ASKED_PER_SECOND * forMs) / 1000 ? [`Loki was asked ${asked} times in ${forMs} ms of 429`] : [];
  },
  faultsOf,
};

/** The rounds of a run: each kind in the first minutes, and then at random, without the long one. */
export function* rounds(next: () => number): Generator<Round, never> {
  yield* [usual, fullDisk, smallSpool, heldBack];
  for (;;) {
    const other = next() < 0.5 ? fullDisk : smallSpool;
    yield next() < 0.7 ? usual : other;
  }
}
