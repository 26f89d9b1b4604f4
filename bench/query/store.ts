/**
 * What storing flows costs a real Loki: NetObserv's label layout beside ours, raw flows alone and with their rollups,
 * the same flows, the same server, one run.
 * Run: `npx tsx bench/query/store.ts [--flows 500000] [--hours 6] [--namespaces 50] [--workloads 400] [--pairs 1500]`.
 * Prints CPU seconds of Loki, with writing out, by flow, and the ratios.
 */
import { parseArgs } from 'node:util';
import { rollUp, storeFlows, storeRollups, type IngestCost } from './ingest';
import { Server } from './server';
import { shapeOf, shapeOptions } from './shapeOptions';

const { values } = parseArgs({
  options: {
    ...shapeOptions('500000', '6'),
  },
});
const shape = shapeOf(values);
const endMs = Math.floor(Date.now() / 600_000) * 600_000;
const server = new Server();

function print(what: string, { lines, lokiCpu, ownCpu }: IngestCost): void {
  const each = ((1e6 * lokiCpu) / shape.flows).toFixed(2);
  console.log(
    `${what.padEnd(28)} ${lokiCpu.toFixed(1)} s CPU of Loki (${each} µs a flow), ${lines} lines, own CPU ${ownCpu.toFixed(1)} s`
  );
}

try {
  await server.start();
  const rolled = rollUp(shape, endMs);
  const theirs = await storeFlows(server, 'netobserv', shape, endMs);
  print('NetObserv’s labels', theirs);
  const ours = await storeFlows(server, 'own', shape, endMs);
  print('ours', ours);
  const rollups = await storeRollups(server, 'own', rolled.lines);
  print('rollups of ours', rollups);
  console.log(`ours to NetObserv’s: ${(ours.lokiCpu / theirs.lokiCpu).toFixed(2)}`);
  console.log(`with rollups:        ${((ours.lokiCpu + rollups.lokiCpu) / theirs.lokiCpu).toFixed(2)}`);
} finally {
  await server.stop();
}
