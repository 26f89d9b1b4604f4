import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { readStatus } from '../collector/status';
import { buildCluster } from './model/cluster';
import { inventoryYaml } from './model/inventory';
import type { AskProgress } from './pacer';
import { parseCollectorAddress } from './sockets';
import { runDemo } from './run';
import { INCIDENTS, incidentNamed, type Incident } from './traffic/incidents';

const USAGE = `Sends the IPFIX of a demo cluster, as the Open vSwitch of each of its nodes would.

  --collector HOST:PORT   where to send, on this machine (default 127.0.0.1:4739)
  --status URL            the collector's HTTP address, to send no faster than it stores (default: a fixed rate)
  --seed N                which cluster, and which traffic (default 1)
  --rate F                scales connections and volume (default 1: about 12 flow records a second)
  --backfill DURATION     history to send first, such as 6h or 30m (default 0)
  --since MS              the same: what ended after this, in ms since the Unix epoch
  --incident NAME         something goes wrong: ${Object.keys(INCIDENTS).join(', ')}
  --incident-from MS      since then, in ms since the Unix epoch (default: now)
  --incident-to MS        until then (default: 20 minutes from now)
  --inventory-out FILE    writes the cluster's nodes, pods and services for the collector's enrich.inventory
  --inventory-only        ends after that
  --once                  ends after the history
`;

const UNITS_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A length of time such as `90s`, `30m`, `6h` or `2d`, in ms; `0` is none. */
export function parseDuration(option: string, text: string): number {
  const match = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text);
  if (match === null && text !== '0') {
    throw new Error(`${option}: "${text}" is not a length of time; write it like 6h, 30m or 90s`);
  }
  return match === null ? 0 : Number(match[1]) * (UNITS_MS[match[2] ?? ''] ?? 0);
}

function parseNumber(option: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= min && value <= max)) {
    throw new Error(`${option}: "${text}" is not a number from ${min} to ${max}`);
  }
  return value;
}

const OPTIONS = {
  collector: { type: 'string', default: '127.0.0.1:4739' },
  status: { type: 'string' },
  seed: { type: 'string', default: '1' },
  rate: { type: 'string', default: '1' },
  backfill: { type: 'string', default: '0' },
  since: { type: 'string' },
  incident: { type: 'string' },
  'incident-from': { type: 'string' },
  'incident-to': { type: 'string' },
  'inventory-out': { type: 'string' },
  'inventory-only': { type: 'boolean', default: false },
  once: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** Asks the collector's `/status`; losses of datagrams before they came to be flows count as received. */
function progressAt(url: string): AskProgress {
  return async () => {
    const { datagrams, pending } = await readStatus(url);
    return { received: datagrams, queued: pending };
  };
}

/** How long an incident lasts from now on unless told otherwise. */
const INCIDENT_MS = 20 * 60_000;

function incidentsOf(values: { incident?: string; 'incident-from'?: string; 'incident-to'?: string }): Incident[] {
  const { incident, 'incident-from': from, 'incident-to': to } = values;
  const time = (option: string, text: string | undefined, otherwise: number) =>
    text === undefined ? otherwise : parseNumber(option, text, 0, Number.MAX_SAFE_INTEGER);
  return incident === undefined
    ? []
    : [
        {
          name: incidentNamed(incident),
          fromMs: time('--incident-from', from, Date.now()),
          toMs: time('--incident-to', to, Date.now() + INCIDENT_MS),
        },
      ];
}

function startOfHistory(values: { since?: string; backfill: string }): number {
  return values.since === undefined
    ? Date.now() - parseDuration('--backfill', values.backfill)
    : parseNumber('--since', values.since, 0, Date.now());
}

async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const cluster = buildCluster(parseNumber('--seed', values.seed, 0, Number.MAX_SAFE_INTEGER));
  const rate = parseNumber('--rate', values.rate, 0.01, 1000);
  const collector = parseCollectorAddress(values.collector);
  const sinceMs = startOfHistory(values);
  const inventory = values['inventory-out'];
  if (inventory !== undefined) {
    mkdirSync(dirname(inventory), { recursive: true });
    writeFileSync(inventory, inventoryYaml(cluster));
  }
  if (values['inventory-only']) {
    return;
  }
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => stop.abort());
  }
  const { records, lost } = await runDemo({
    cluster,
    collector,
    rate,
    sinceMs,
    incidents: incidentsOf(values),
    once: values.once,
    askProgress: values.status === undefined ? undefined : progressAt(values.status),
    signal: stop.signal,
    onProgress: (message) => process.stdout.write(`${message}\n`),
  });
  process.stdout.write(`sent ${records} records, ${lost} of them lost on the way\n`);
}

main(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`demo: ${error.message}\n`);
  process.exitCode = 1;
});
