/**
 * The overview and the dashboard from rollups, beside the same questions in NetObserv's layout and with its way of
 * asking: the same flows, the same Loki with the shipped limits, flushed and started anew before each (cold), in one
 * run; then how cost grows with namespaces. Run: `npx tsx bench/query/run.ts [--flows 2000000] [--hours 24]
 * [--namespaces 50] [--workloads 400] [--pairs 1500] [--ranges 1,6,24] [--grow 10,50,200] [--grow-flows 200000]
 * [--only-ours]`. Prints seconds and ratios; ends with 1 where a total differs from that of the flows.
 */
import { parseArgs } from 'node:util';
import { planTops, type TimeSpan } from '../../src/flow/plan/index';
import { rollUp, storeFlows, storeRollups } from './ingest';
import { overview, sourceOf } from './page';
import { askPanel, askTheirPanel, panelQueries } from './panels';
import { QUESTIONS, type Question } from './questions';
import { Server, type Tenant, type Timed } from './server';
import { shapeOf, shapeOptions } from './shapeOptions';

const { values } = parseArgs({
  options: {
    ...shapeOptions('2000000', '24'),
    ranges: { type: 'string', default: '1,6,24' },
    grow: { type: 'string', default: '10,50,200' },
    'grow-flows': { type: 'string', default: '200000' },
    'only-ours': { type: 'boolean', default: false },
  },
});
const shape = shapeOf(values);
const both = !values['only-ours'];
const HOUR = 3_600_000;
/** From this length on each of NetObserv's queries ends refused after a minute: a few of them tell enough. */
const SAMPLED_FROM_H = 12;
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

interface Outcome {
  readonly title: string;
  readonly theirs?: Timed;
  readonly ours: Timed;
}

/** The questions and panels that both have, each asked by itself. */
async function each(range: TimeSpan): Promise<Outcome[]> {
  await server.restart();
  const source = await sourceOf(server, 'own', range);
  const asked = [
    ...QUESTIONS.map((question) => ({
      title: question.title,
      ours: () => {
        const { expr, timeMs } = planTops(question.view, range, source, { limit: question.limit });
        return server.instant('own', expr, timeMs);
      },
      theirs: () => netobserv(question, range),
    })),
    ...panelQueries().map((panel) => ({
      title: `dashboard: ${panel.title}`,
      ours: () => askPanel(server, 'own', panel, range),
      theirs: () => askTheirPanel(server, panel, range),
    })),
  ];
  const ours: Timed[] = [];
  for (const one of asked) {
    ours.push(await one.ours());
  }
  const sampled = range.toMs - range.fromMs >= SAMPLED_FROM_H * HOUR;
  const told = new Set(['workload pairs', 'dashboard: Volumetry by source namespace']);
  if (both) {
    await server.restart();
  }
  const outcomes: Outcome[] = [];
  for (const [index, { title, theirs }] of asked.entries()) {
    const asks = both && (!sampled || told.has(title));
    outcomes.push({ title, ours: ours[index]!, ...(asks && { theirs: await theirs() }) });
  }
  return outcomes;
}

/** Those of NetObserv's questions that we have, all at once: its overview asks more. */
async function theirOverview(range: TimeSpan): Promise<{ seconds: number; cpu: number; refused: number }> {
  await server.restart();
  const [started, before] = [performance.now(), server.cpu()];
  const answers = await Promise.all(QUESTIONS.map((question) => netobserv(question, range)));
  return {
    seconds: (performance.now() - started) / 1000,
    cpu: server.cpu() - before,
    refused: answers.filter(({ refused }) => refused !== undefined).length,
  };
}

function percentile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

const times = (theirs: number, ours: number, atLeast: boolean) =>
  `${atLeast ? '≥ ' : ''}${Math.round(theirs / Math.max(ours, 0.01))}×`.padStart(8);

function print({ title, theirs, ours }: Outcome): void {
  const text = (timed: Timed | undefined) =>
    timed === undefined
      ? ''.padEnd(16)
      : `${seconds(timed.seconds)} ${seconds(timed.cpu)}${timed.refused === undefined ? ' ' : '!'}`;
  const refused = theirs?.refused !== undefined;
  const ratios = theirs && `${times(theirs.seconds, ours.seconds, refused)} ${times(theirs.cpu, ours.cpu, refused)}`;
  console.log(`  ${title.padEnd(48)} ${text(theirs)} ${text(ours)} ${ratios ?? ''}`);
  for (const timed of [theirs, ours]) {
    if (timed?.refused !== undefined) {
      console.log(`      ! ${timed.refused}`);
    }
  }
}

function printP90(title: string, outcomes: readonly Outcome[]): void {
  const ours = percentile(
    outcomes.map((one) => one.ours.seconds),
    0.9
  );
  const asked = outcomes.flatMap(({ theirs }) => theirs ?? []);
  if (asked.length === 0) {
    console.log(`  ${title.padEnd(48)} ${''.padEnd(16)} ${seconds(ours)}`);
    return;
  }
  const theirs = percentile(
    asked.map((one) => one.seconds),
    0.9
  );
  const refused = asked.some((one) => one.refused !== undefined);
  console.log(
    `  ${title.padEnd(48)} ${seconds(theirs)}${refused ? '!' : ' '}         ${seconds(ours)}         ${times(theirs, ours, refused)}`
  );
}

async function ranges(): Promise<void> {
  for (const hours of values.ranges.split(',').map(Number)) {
    const range = { fromMs: endMs - hours * HOUR, toMs: endMs };
    console.log(
      `\n${hours} h, cold; seconds and CPU seconds of Loki in NetObserv's layout, by our plan, ratios (! refused: the ratio is a lower bound)`
    );
    const outcomes = await each(range);
    outcomes.forEach(print);
    const isPanel = ({ title }: Outcome) => title.startsWith('dashboard');
    printP90(
      'p90 of the tops that both ask',
      outcomes.filter((one) => !isPanel(one))
    );
    printP90('p90 of the dashboard', outcomes.filter(isPanel));
    const theirs = both ? await theirOverview(range) : undefined;
    const page = await overview(server, 'own', range, true);
    const ratio =
      theirs &&
      `${times(theirs.seconds, page.seconds, theirs.refused > 0)} ${times(theirs.cpu, page.cpu, theirs.refused > 0)}`;
    const before = theirs
      ? `${seconds(theirs.seconds)} ${seconds(theirs.cpu)}${theirs.refused > 0 ? '!' : ' '}`
      : ''.padEnd(16);
    console.log(
      `  ${`whole overview, ${page.requests} requests (theirs: 3 questions)`.padEnd(48)} ${before} ${seconds(page.seconds)} ${seconds(page.cpu)}  ${ratio ?? ''}`
    );
    page.failed.forEach((reason) => console.log(`      ! ${reason}`));
    checkTotal(page);
  }
}

function checkTotal({ total, expected }: { readonly total: number; readonly expected?: number }): void {
  if (expected === undefined) {
    console.log('      (the total over single flows was refused)');
  } else if (expected === total) {
    console.log(`      its total is that of the flows: ${total} bytes`);
  } else {
    differences++;
    console.log(`      DIFFERENT: ${total} from rollups, ${expected} from flows`);
  }
}

/** How the overview of a day grows with namespaces, from rollups alone: they are what it reads. */
async function growth(): Promise<void> {
  console.log(`\nthe overview of 24 h by namespaces, ${values['grow-flows']} flows, 8 workloads and 30 pairs each`);
  for (const namespaces of values.grow
    .split(',')
    .map(Number)
    .filter((count) => count > 0)) {
    const tenant: Tenant = `own-${namespaces}`;
    const grown = { ...shape, flows: Number(values['grow-flows']), hours: 24, namespaces };
    const { lines } = rollUp({ ...grown, workloads: 8 * namespaces, pairs: 30 * namespaces }, endMs);
    await storeRollups(server, tenant, lines);
    const page = await overview(server, tenant, { fromMs: endMs - 24 * HOUR, toMs: endMs }, false);
    console.log(
      `  ${String(namespaces).padStart(4)} namespaces: ${String(lines.length).padStart(7)} lines, ${page.requests} requests, ${seconds(page.seconds)} s, ${seconds(page.cpu)} s CPU of Loki ${page.failed.join('; ')}`
    );
  }
}

async function store(): Promise<void> {
  const { flows, hours, namespaces, workloads, pairs } = shape;
  console.log(
    `${flows} flows in ${hours} h, ${namespaces} namespaces, ${workloads} workloads, ${pairs} workload pairs`
  );
  const rolled = rollUp(shape, endMs);
  if (both) {
    const theirs = await storeFlows(server, 'netobserv', shape, endMs);
    console.log(`store, NetObserv's layout: ${seconds(theirs.lokiCpu)} s CPU of Loki`);
  }
  const stored = await storeFlows(server, 'own', shape, endMs);
  console.log(`store, our layout:         ${seconds(stored.lokiCpu)} s CPU of Loki`);
  const rollups = await storeRollups(server, 'own', rolled.lines);
  const share = ((100 * rollups.lokiCpu) / stored.lokiCpu).toFixed(1);
  console.log(
    `store, rollups on top:     ${seconds(rollups.lokiCpu)} s CPU of Loki, ${rollups.lines} lines: ${share}% of the flows'`
  );
  console.log(
    `sum up:                    ${seconds(rolled.cpu)} s CPU of the collector, ${((1e6 * rolled.cpu) / flows).toFixed(2)} µs a flow`
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
}

try {
  await server.start();
  await store();
  await ranges();
  await growth();
} finally {
  await server.stop();
}
process.exitCode = differences === 0 ? 0 : 1;
