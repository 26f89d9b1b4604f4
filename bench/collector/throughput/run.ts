/**
 * Flows from the socket to where they go, the collector beside goflow2: the same Open vSwitch datagrams, one flow
 * each, the same machine, one run. Ours is measured to compressed pushes that a stand-in for Loki takes, with names,
 * counting once and rollups; goflow2 to JSON and to its protobuf in /dev/null.
 * Run: `npm run build:collector && npx tsx bench/collector/throughput/run.ts [--seconds 10] [--rate 40000,100000]
 * [--only pods,json] [--minutes 10] [--profile]`; `--help` lists what there is to run. Each is started once and sent
 * each of the rates, in datagrams a second. Linux only.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startSender } from './helpers';
import { cpuSeconds, pause, residentMiB, settled } from './processes';
import { startGoflow2, startOwn, type OwnOptions, type Target } from './targets';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    rate: { type: 'string', default: '40000,100000' },
    pods: { type: 'string', default: '20000' },
    only: { type: 'string' },
    minutes: { type: 'string' },
    profile: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

interface Variant {
  readonly name: string;
  readonly what: string;
  readonly exporters: number;
  readonly start: (folder: string) => Promise<Target>;
}

const pods = Number(values.pods);
const rates = values.rate.split(',').map(Number);
const own = (options: Partial<OwnOptions> & { exporters: number }) => (folder: string) =>
  startOwn({ folder, pods, spool: false, profile: values.profile, ...options });

const VARIANTS: readonly Variant[] = [
  { name: 'json', what: 'goflow2, JSON', exporters: 1, start: (folder) => startGoflow2('json', folder) },
  { name: 'bin', what: 'goflow2, protobuf', exporters: 1, start: (folder) => startGoflow2('bin', folder) },
  { name: 'plain', what: 'ours, no cluster', exporters: 1, start: own({ exporters: 1, pods: 0 }) },
  { name: 'pods', what: `ours, ${pods} pods`, exporters: 1, start: own({ exporters: 1 }) },
  { name: 'pods100', what: `ours, ${pods} pods, 100 exporters`, exporters: 100, start: own({ exporters: 100 }) },
  { name: 'spool', what: `ours, ${pods} pods, spool`, exporters: 1, start: own({ exporters: 1, spool: true }) },
];

const k = (value: number) => `${(value / 1000).toFixed(1)} k`;

interface Measured {
  readonly variant: Variant;
  readonly rate: number;
  readonly perCpuSecond: number;
}

/** Lets it get warm, then sends at each rate and counts what comes out. */
async function measure(variant: Variant, folder: string): Promise<Measured[]> {
  const target = await variant.start(folder);
  const common = { port: target.port, exporters: variant.exporters, pods };
  const warming = { ...common, rate: 20_000, count: 60_000 };
  const sender = await startSender(warming);
  const results: Measured[] = [];
  try {
    await sender.go();
    for (const rate of rates) {
      const flowsBefore = await settled(() => target.flows());
      const cpuBefore = cpuSeconds(target.pid);
      const { sent, seconds } = await sender.go({ ...common, rate, count: rate * Number(values.seconds) });
      const flows = (await settled(() => target.flows())) - flowsBefore;
      const cpu = cpuSeconds(target.pid) - cpuBefore;
      const lost = sent - flows;
      console.log(
        `${variant.what.padEnd(34)} ${k(flows / cpu).padStart(8)} flows/CPU s; sent ${k(sent / seconds)}/s, ` +
          `${flows} out, ${lost} lost (${((100 * lost) / sent).toFixed(1)}%), ${cpu.toFixed(1)} CPU s, ` +
          `${Math.round(residentMiB(target.pid))} MiB; losses: ${await target.losses()}; ${await target.note()}`
      );
      results.push({ variant, rate, perCpuSecond: flows / cpu });
    }
    return results;
  } finally {
    sender.stop();
    await target.stop();
  }
}

/** Sends on and on and prints how much memory there is. */
async function soak(minutes: number, folder: string): Promise<void> {
  const target = await own({ exporters: 100 })(folder);
  const [rate = 0] = rates;
  const order = { port: target.port, exporters: 100, pods, rate, count: rate * 60 * minutes };
  const sender = await startSender(order);
  let running = true;
  const sending = sender.go().finally(() => (running = false));
  const started = performance.now();
  while (running) {
    const seconds = Math.round((performance.now() - started) / 1000);
    console.log(
      `${String(seconds).padStart(5)} s ${Math.round(residentMiB(target.pid))} MiB, ${await target.flows()} flows`
    );
    await Promise.race([sending, pause(30_000)]);
  }
  const { sent } = await sending;
  const flows = await settled(() => target.flows());
  console.log(`sent ${sent}, stored ${flows}; losses: ${await target.losses()}`);
  sender.stop();
  await target.stop();
}

function printRatios(results: readonly Measured[]): void {
  for (const rate of rates) {
    const of = (name: string) => results.find((one) => one.variant.name === name && one.rate === rate)?.perCpuSecond;
    const [json, bin] = [of('json'), of('bin')];
    const ratio = (ours: number, peer: number | undefined) => (peer === undefined ? '-' : (ours / peer).toFixed(1));
    for (const { variant, perCpuSecond: ours } of results.filter((one) => one.rate === rate)) {
      if (variant.name !== 'json' && variant.name !== 'bin') {
        const what = `${variant.what} at ${k(rate)}/s`.padEnd(46);
        console.log(`${what} ${ratio(ours, json)} times goflow2’s JSON, ${ratio(ours, bin)} times its protobuf`);
      }
    }
    const [plain, named] = [of('plain'), of('pods')];
    if (plain !== undefined && named !== undefined) {
      console.log(`with names of ${pods} pods: ${(named / plain).toFixed(2)} of the rate without`);
    }
  }
}

if (values.help) {
  VARIANTS.forEach(({ name, what }) => console.log(`${name.padEnd(10)} ${what}`));
} else {
  const folder = mkdtempSync(join(tmpdir(), 'bench-throughput-'));
  try {
    if (values.minutes !== undefined) {
      await soak(Number(values.minutes), folder);
    } else {
      const names = values.only?.split(',');
      const results: Measured[] = [];
      for (const variant of VARIANTS.filter(({ name }) => names?.includes(name) ?? true)) {
        results.push(...(await measure(variant, mkdtempSync(join(folder, `${variant.name}-`)))));
      }
      printRatios(results);
    }
  } finally {
    if (values.profile) {
      console.log(`profiles: ${folder}`);
    } else {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
