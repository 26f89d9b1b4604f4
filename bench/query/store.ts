/**
 * What storing flows costs a real Loki: NetObserv's label layout beside ours, the same flows, the same server, one run,
 * in two situations, with as many flows a push for both:
 * - more comes than Loki takes: full pushes. NetObserv's client sends flows in the order in which they come, ours parts
 *   them by stream;
 * - flows come over their time: a push for each second of it, which both wait for before they send.
 * Loki writes a chunk out once it spans two hours, its default. Rollups of ours are stored with full pushes.
 * Run: `npx tsx bench/query/store.ts [--flows 200000] [--hours 2] [--namespaces 50] [--workloads 400] [--pairs 1500]
 * [--local 0] [--rounds 3]`; `--local` is the share of the pairs that are within a namespace. Full pushes are stored by
 * turns, as what else the machine does changes Loki's CPU too; of the rounds the median is told. Prints lines a push, CPU of Loki by flow, its split, and the ratios.
 */
import { parseArgs } from 'node:util';
import { rollUp, storeFlows, storeRollups, type IngestCost } from './ingest';
import { Server } from './server';
import { shapeOf, shapeOptions } from './shapeOptions';

/** Flows that make a push of 2.5 MiB, about. */
const FULL_PUSH_FLOWS = 3000;
/** Loki's `max_chunk_age`. */
const CHUNK_MS = 2 * 3_600_000;
/** What `loki.labels` may be set to where nobody asks Loki by direction. */
const NAMESPACES = ['SrcK8S_Namespace', 'DstK8S_Namespace'] as const;

const { values } = parseArgs({
  options: {
    ...shapeOptions('200000', '2'),
    rounds: { type: 'string', default: '3' },
  },
});
const shape = shapeOf(values);
const endMs = Math.floor(Date.now() / 600_000) * 600_000;
const rounds = Array.from({ length: Number(values.rounds) }, (_, round) => round);
const server = new Server();

/** Microseconds of Loki's CPU for each of the flows. */
const each = (cpu: number) => (1e6 * cpu) / shape.flows;

function print(what: string, { lines, pushes, lokiCpu, writingOutCpu, ownCpu }: IngestCost): void {
  const taking = each(lokiCpu - writingOutCpu).toFixed(1);
  const split = `${taking} taking pushes, ${each(writingOutCpu).toFixed(1)} writing out`;
  const size = `${(lines / pushes).toFixed(0)} lines a push`;
  console.log(
    `${what.padEnd(34)} ${each(lokiCpu).toFixed(1)} µs a flow (${split}), ${size}, own CPU ${ownCpu.toFixed(1)} s`
  );
}

function ratio(what: string, ours: number, theirs: number): void {
  console.log(`${what.padEnd(34)} ${(ours / theirs).toFixed(3)}`);
}

function median(costs: readonly IngestCost[]): number {
  const sorted = costs.map(({ lokiCpu }) => lokiCpu).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

try {
  await server.start();
  const rolled = rollUp(shape, endMs);
  // What Loki sets up once is not counted for who comes first.
  await storeFlows(server, 'own-0', { ...shape, flows: 30_000, hours: 0.3 }, endMs);
  const full = { pushFlows: FULL_PUSH_FLOWS, chunkMs: CHUNK_MS };
  const theirs: IngestCost[] = [];
  const ours: IngestCost[] = [];
  const unparted: IngestCost[] = [];
  const undirected: IngestCost[] = [];
  for (const round of rounds) {
    theirs.push(await storeFlows(server, `netobserv-${round}`, shape, endMs, full));
    ours.push(await storeFlows(server, `own-${10 + round}`, shape, endMs, { chunkMs: CHUNK_MS }));
    unparted.push(await storeFlows(server, `own-${20 + round}`, shape, endMs, full));
    undirected.push(
      await storeFlows(server, `own-${30 + round}`, shape, endMs, { chunkMs: CHUNK_MS, labels: NAMESPACES })
    );
  }
  theirs.forEach((cost) => print('NetObserv’s labels, full pushes', cost));
  ours.forEach((cost) => print('ours, full pushes', cost));
  unparted.forEach((cost) => print('our labels, pushes not parted', cost));
  undirected.forEach((cost) => print('ours, namespaces alone as labels', cost));
  const rollups = await storeRollups(server, 'own', rolled.lines, { chunkMs: CHUNK_MS });
  print('rollups of ours', rollups);
  const second = { pushMs: 1000, chunkMs: CHUNK_MS };
  const theirSeconds = await storeFlows(server, 'netobserv', shape, endMs, second);
  print('NetObserv’s labels, by second', theirSeconds);
  const ourSeconds = await storeFlows(server, 'own-1', shape, endMs, second);
  print('ours, by second', ourSeconds);
  ratio('full pushes: ours to NetObserv’s', median(ours), median(theirs));
  ratio('labels alone', median(unparted), median(theirs));
  ratio('ours, namespaces alone as labels', median(undirected), median(theirs));
  ratio('with rollups', median(ours) + rollups.lokiCpu, median(theirs));
  ratio('rollups to our flows', rollups.lokiCpu, median(ours));
  ratio('by second: ours to NetObserv’s', ourSeconds.lokiCpu, theirSeconds.lokiCpu);
} finally {
  await server.stop();
}
