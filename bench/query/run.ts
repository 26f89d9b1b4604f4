/**
 * The overview's questions from rollups, beside the same questions in NetObserv's layout and with its way of asking:
 * the same flows, the same Loki with the shipped limits, flushed and started anew before each (cold), in one run.
 * Run: `npx tsx bench/query/run.ts [--flows 2000000] [--hours 24] [--namespaces 50] [--workloads 400] [--pairs 1500]
 * [--ranges 1,6,24] [--only-ours]`. Prints seconds and ratios; ends with 1 where an answer differs.
 */
import { parseArgs } from 'node:util';
import { DEFAULT_LABELS } from '@netobserv-flows/schema';
import {
  answerOf,
  combinePlans,
  coverageOf,
  coverageQuery,
  morePartitions,
  planSeries,
  planTops,
  type PlanSource,
  type TimeSpan,
} from '../../src/flow/plan/index';
import { rollUp, storeFlows, storeRollups } from './ingest';
import { QUESTIONS, type Question } from './questions';
import { Server, type Timed } from './server';

const { values } = parseArgs({
  options: {
    flows: { type: 'string', default: '2000000' },
    hours: { type: 'string', default: '24' },
    namespaces: { type: 'string', default: '50' },
    workloads: { type: 'string', default: '400' },
    pairs: { type: 'string', default: '1500' },
    nodes: { type: 'string', default: '10' },
    ranges: { type: 'string', default: '1,6,24' },
    'only-ours': { type: 'boolean', default: false },
  },
});
const shape = {
  flows: Number(values.flows),
  hours: Number(values.hours),
  namespaces: Number(values.namespaces),
  workloads: Number(values.workloads),
  pairs: Number(values.pairs),
  nodes: Number(values.nodes),
};
const HOUR = 3_600_000;
// Whole ten minutes, so that both answer for the same time.
const endMs = Math.floor(Date.now() / 600_000) * 600_000;

const seconds = (value: number) => value.toFixed(2).padStart(7);
const server = new Server();
let differences = 0;

/** NetObserv's way: the rate of each step, over the whole range, of the series that are largest in some step. */
function netobserv({ view, limit }: Question, range: TimeSpan): Promise<Timed> {
  const stepMs = Math.max(30_000, Math.ceil((range.toMs - range.fromMs) / 60 / 30_000) * 30_000);
  const stream = `{app="netobserv-flowcollector"}|~\`\`|json|unwrap Bytes|__error__=""`;
  const sums = `sum by(${view.groupBy.join(',')}) (rate(${stream}[${stepMs / 1000}s]))`;
  return server.range('netobserv', `topk(${limit}, ${sums})`, range.fromMs + stepMs, range.toMs, stepMs);
}

async function source(range: TimeSpan): Promise<{ source: PlanSource; took: number }> {
  const { expr, timeMs } = coverageQuery(range);
  const { series = [], seconds: took } = await server.instant('own', expr, timeMs);
  const found = series.map(({ metric, value }) => ({ labels: metric, value: Number(value?.[1]) }));
  return {
    source: { labels: DEFAULT_LABELS, folded: false, rollups: coverageOf(found, Date.now()), maxSeries: 5000 },
    took,
  };
}

/** Asks by our plan; again in smaller shares where Loki finds too many groups, which counts. */
async function ask({ view, limit }: Question, range: TimeSpan, plans: PlanSource): Promise<Timed> {
  let partitions: number | undefined;
  for (let [spent, cpu] = [0, 0]; ;) {
    const plan = planTops(view, range, plans, { limit, partitions });
    const answer = await server.instant('own', plan.expr, plan.timeMs);
    spent += answer.seconds;
    cpu += answer.cpu;
    partitions = morePartitions(plan.partitions);
    if (answer.refused?.includes('maximum number of series') !== true || partitions === undefined) {
      return { ...answer, seconds: spent, cpu };
    }
    console.log(`  (${view.groupBy.join(', ')}: asked again in ${partitions} shares)`);
  }
}

interface Outcome {
  readonly question: Question;
  readonly theirs?: Timed;
  readonly ours: Timed;
}

async function each(range: TimeSpan, plans: PlanSource): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  await server.restart();
  const ours = new Map<Question, Timed>();
  for (const question of QUESTIONS) {
    ours.set(question, await ask(question, range, plans));
  }
  if (!values['only-ours']) {
    await server.restart();
  }
  for (const question of QUESTIONS) {
    const theirs = question.netobserv && !values['only-ours'] ? await netobserv(question, range) : undefined;
    outcomes.push({ question, theirs, ours: ours.get(question)! });
  }
  return outcomes;
}

/** The whole page, cold: what there is, then all questions, the period before and the peak hours at once. */
async function overview(range: TimeSpan): Promise<{ requests: number; seconds: number; refused: string[] }> {
  await server.restart();
  const started = performance.now();
  const { source: plans } = await source(range);
  const before = { fromMs: 2 * range.fromMs - range.toMs, toMs: range.fromMs };
  const tops = QUESTIONS.map(({ view, limit }) => planTops(view, range, plans, { limit }));
  const all = [...tops, planTops(QUESTIONS[0]!.view, before, plans, { limit: 200 })];
  const requests = combinePlans(all, { requests: 4 });
  const peaks = planSeries({ ...QUESTIONS[0]!.view, groupBy: [] }, range, plans, { stepMs: HOUR });
  const answers = await Promise.all([
    ...requests.map(({ expr, timeMs }) => server.instant('own', expr, timeMs)),
    ...peaks.queries.map(({ expr, startMs, endMs: end, stepMs }) => server.range('own', expr, startMs, end, stepMs)),
  ]);
  const took = (performance.now() - started) / 1000;
  await checkShared(requests, all, answers);
  return {
    requests: 1 + answers.length,
    seconds: took,
    refused: answers.flatMap(({ refused }) => refused ?? []),
  };
}

/** The answers of the page have to add up: the total is that of the flows. */
async function checkShared(
  requests: ReturnType<typeof combinePlans>,
  plans: ReadonlyArray<ReturnType<typeof planTops>>,
  answers: readonly Timed[]
): Promise<void> {
  const index = requests.findIndex(({ plans: of }) => of.includes(0));
  const series = (answers[index]?.series ?? []).map(({ metric, value }) => ({
    labels: metric,
    value: Number(value?.[1]),
  }));
  const total = answerOf(requests[index]!, plans, 0, series).reduce((sum, { value }) => sum + value, 0);
  const view = { ...QUESTIONS[0]!.view, groupBy: [] };
  const raw = planTops(
    view,
    plans[0]!.span,
    { labels: DEFAULT_LABELS, folded: false, rollups: [] },
    { edges: 'exact' }
  );
  const { series: exact, refused } = await server.instant('own', raw.expr, raw.timeMs);
  const expected = Number(exact?.[0]?.value?.[1]);
  if (refused !== undefined) {
    console.log(`         (the total over single flows was refused: ${refused})`);
  } else if (expected !== total) {
    differences++;
    console.log(`         DIFFERENT: ${total} from rollups, ${expected} from flows`);
  } else {
    console.log(`         the total is that of the flows: ${total} bytes`);
  }
}

function percentile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

function print({ question, theirs, ours }: Outcome): void {
  const text = (timed: Timed | undefined) =>
    timed === undefined
      ? ''.padEnd(16)
      : `${seconds(timed.seconds)} ${seconds(timed.cpu)}${timed.refused === undefined ? ' ' : '!'}`;
  const ratio = (of: 'seconds' | 'cpu') =>
    theirs === undefined ? '' : `${Math.round(theirs[of] / Math.max(ours[of], 0.01))}×`;
  console.log(
    `  ${question.title.padEnd(50)} ${text(theirs)} ${text(ours)} ${ratio('seconds').padStart(6)} ${ratio('cpu').padStart(6)}`
  );
  for (const timed of [theirs, ours]) {
    if (timed?.refused !== undefined) {
      console.log(`      ! ${timed.refused}`);
    }
  }
}

try {
  await server.start();
  console.log(
    `${shape.flows} flows in ${shape.hours} h, ${shape.namespaces} namespaces, ${shape.workloads} workloads, ${shape.pairs} workload pairs`
  );
  const rolled = rollUp(shape, endMs);
  if (!values['only-ours']) {
    const theirs = await storeFlows(server, 'netobserv', shape, endMs);
    console.log(`store, NetObserv's layout: ${seconds(theirs.lokiCpu)} s CPU of Loki`);
  }
  const flows = await storeFlows(server, 'own', shape, endMs);
  console.log(`store, our layout:         ${seconds(flows.lokiCpu)} s CPU of Loki`);
  const rollups = await storeRollups(server, rolled.lines);
  console.log(
    `store, rollups on top:     ${seconds(rollups.lokiCpu)} s CPU of Loki, ${rollups.lines} lines: ${((100 * rollups.lokiCpu) / flows.lokiCpu).toFixed(1)}% of the flows'`
  );
  console.log(
    `sum up:                    ${seconds(rolled.cpu)} s CPU of the collector, ${((1e6 * rolled.cpu) / shape.flows).toFixed(2)} µs a flow`
  );
  const byStream = new Map<string, number>();
  for (const { labels } of rolled.lines) {
    const key = labels
      .slice(1, 3)
      .map(([, value]) => value)
      .join(' ');
    byStream.set(key, (byStream.get(key) ?? 0) + 1);
  }
  console.log(`lines:                     ${[...byStream].map(([key, count]) => `${key} ${count}`).join(', ')}`);
  for (const hours of values.ranges.split(',').map(Number)) {
    const range = { fromMs: endMs - hours * HOUR, toMs: endMs };
    const { source: plans } = await source(range);
    console.log(
      `\n${hours} h, cold; seconds and CPU seconds of Loki in NetObserv's layout, by our plan, ratios (! refused)`
    );
    const outcomes = await each(range, plans);
    outcomes.forEach(print);
    const pairs = outcomes.filter(({ theirs }) => theirs !== undefined);
    if (pairs.length > 0) {
      const [theirs, ours] = [pairs.map((one) => one.theirs!.seconds), pairs.map((one) => one.ours.seconds)];
      const [a, b] = [percentile(theirs, 0.9), percentile(ours, 0.9)];
      console.log(
        `  ${'p90 of what both ask'.padEnd(50)} ${seconds(a)}  ${seconds(b)}  ${`${Math.round(a / b)}×`.padStart(6)}`
      );
    }
    const page = await overview(range);
    console.log(
      `  ${`whole overview, ${page.requests} requests at once`.padEnd(50)}          ${seconds(page.seconds)} ${page.refused.join('; ')}`
    );
  }
} finally {
  await server.stop();
}
process.exitCode = differences === 0 ? 0 : 1;
