/**
 * What each stage of the way of a flow costs, without sockets: Open vSwitch's datagrams, one flow each, of a cluster
 * of 20,000 pods. Each line runs one stage more than the line above, in a process of its own, so that the engine
 * optimises what a collector runs; the difference is the stage's.
 * Run: `npx tsx bench/collector/stages.ts [--pods 20000] [--exporters 1] [--flows 600000]`; prints µs of CPU a flow, all
 * threads. With `--upto NAME --profile FILE` only that run is made, with a CPU profile.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { startSink } from './throughput/helpers';
import type { StageOrder, StageReport } from './stages/process';

const { values } = parseArgs({
  options: {
    pods: { type: 'string', default: '20000' },
    exporters: { type: 'string', default: '1' },
    flows: { type: 'string', default: '600000' },
    upto: { type: 'string' },
    profile: { type: 'string' },
  },
});

const STAGES = [
  ['decode', 'decoded'],
  ['enrich', '+ names'],
  ['mark', '+ counting rule'],
  ['aggregate', '+ rollups'],
  ['write', '+ line, entry, batch'],
  ['push', '+ compressing and pushing'],
] as const;

/** Bundled as the collector is: what tsx makes of it runs slower. */
async function bundled(folder: string): Promise<string> {
  const outfile = join(folder, 'process.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('./stages/process.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    sourcemap: 'inline',
    logLevel: 'warning',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    external: ['koffi', 'snappy'],
  });
  return outfile;
}

async function run(program: string, order: StageOrder): Promise<number> {
  const child = fork(program, { execArgv: [] });
  child.send(order);
  const [{ cpuSeconds, flows }] = (await once(child, 'message')) as [StageReport];
  child.send('end');
  await once(child, 'exit');
  return (1e6 * cpuSeconds) / flows;
}

const folder = mkdtempSync(join(fileURLToPath(new URL('.', import.meta.url)), '.stages-'));
const sink = await startSink();
try {
  const program = await bundled(folder);
  const common = {
    pods: Number(values.pods),
    exporters: Number(values.exporters),
    flows: Number(values.flows),
    profile: values.profile,
  };
  let before = 0;
  for (const [upto, title] of STAGES.filter(([name]) => values.upto === undefined || values.upto === name)) {
    const us = await run(program, { ...common, upto, url: sink.url });
    console.log(`${title.padEnd(28)} ${us.toFixed(2).padStart(6)} µs, ${(us - before).toFixed(2).padStart(6)} more`);
    before = us;
  }
} finally {
  sink.stop();
  rmSync(folder, { recursive: true, force: true });
}
