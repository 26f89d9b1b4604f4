/**
 * How fast datagrams become flow records with templates that are made ready once, beside the plain way: going through
 * the template's fields for each record, looking each one up. Both end in the same records; the decoder also keeps
 * exporters, domains, sampling, limits and losses, which weighs most where a datagram holds one flow.
 * Run: `npx tsx bench/collector/decode.ts`. Prints records a second of CPU, and the ratio.
 */
import assert from 'node:assert/strict';
import type { FlowRecord } from '@netobserv-flows/schema';
import { Decoder } from '../../collector/src/decode/index';
import { elementOf } from '../../collector/src/decode/elements';
import { Observation } from '../../collector/src/decode/observation';
import { toRecord } from '../../collector/src/decode/record';
import { flowTime } from '../../collector/src/decode/times';
import { ipv4, mac, millisecondsTime, uint16, uint32, unsigned } from '../../collector/src/decode/values';

type Field = readonly [id: number, length: number];

/** Open vSwitch's template for IPv4 TCP, ingress: one flow a datagram. */
const OVS: readonly Field[] = [
  ...([
    [138, 4],
    [61, 1],
    [56, 6],
    [80, 6],
    [256, 2],
    [240, 1],
    [10, 4],
    [368, 4],
  ] as const),
  ...([
    [60, 1],
    [192, 1],
    [4, 1],
    [195, 1],
    [196, 1],
    [5, 1],
    [8, 4],
    [12, 4],
    [7, 2],
    [11, 2],
  ] as const),
  ...([
    [158, 4],
    [159, 4],
    [133, 8],
    [135, 8],
    [2, 8],
    [86, 8],
    [354, 8],
    [355, 8],
    [356, 8],
    [357, 8],
  ] as const),
  ...([
    [358, 8],
    [19, 8],
    [174, 8],
    [352, 8],
    [353, 8],
    [136, 1],
    [132, 8],
    [134, 8],
    [1, 8],
    [85, 8],
  ] as const),
  ...([
    [198, 8],
    [199, 8],
    [25, 8],
    [26, 8],
    [20, 8],
    [175, 8],
    [222, 8],
    [219, 8],
    [221, 8],
    [220, 8],
  ] as const),
  ...([
    [218, 8],
    [223, 8],
  ] as const),
];
/** A router's template: 28 flows a datagram. */
const ROUTER: readonly Field[] = [
  ...([
    [8, 4],
    [12, 4],
    [7, 2],
    [11, 2],
    [4, 1],
    [6, 1],
    [5, 1],
    [10, 4],
    [14, 4],
    [61, 1],
  ] as const),
  ...([
    [152, 8],
    [153, 8],
    [1, 4],
    [2, 4],
  ] as const),
];

const EXPORT_S = 1_700_000_000;
const ADDRESS = '192.0.2.1';

const lengthOf = (fields: readonly Field[]) => fields.reduce((sum, [, length]) => sum + length, 0);

function message(id: number, body: Buffer): Buffer {
  const header = Buffer.alloc(20);
  header.writeUInt16BE(10, 0);
  header.writeUInt16BE(20 + body.length, 2);
  header.writeUInt32BE(EXPORT_S, 4);
  header.writeUInt32BE(1, 12);
  header.writeUInt16BE(id, 16);
  header.writeUInt16BE(4 + body.length, 18);
  return Buffer.concat([header, body]);
}

function definition(fields: readonly Field[]): Buffer {
  const words = [256, fields.length, ...fields.flat()];
  const body = Buffer.alloc(2 * words.length);
  words.forEach((word, index) => body.writeUInt16BE(word, 2 * index));
  return message(2, body);
}

/** Bytes that differ from record to record; the protocol is TCP, counters and times have plausible sizes. */
function data(fields: readonly Field[], records: number, seed: number): Buffer {
  const body = Buffer.alloc(records * lengthOf(fields));
  let at = 0;
  for (let record = 0; record < records; record++) {
    for (const [id, length] of fields) {
      const value = id === 4 ? 6 : id === 60 ? 4 : id === 61 ? 0 : (seed * 31 + record * 7 + id) & 0xff;
      body[at + length - 1] = value;
      at += length;
    }
  }
  return message(256, body);
}

/** What Open vSwitch says of dropped packets is left out of its records. */
const UNUSED: ReadonlySet<number> = new Set([132, 133]);

/** The plain way. */
function decodePlainly(bytes: Buffer, fields: readonly Field[], receivedMs: number): FlowRecord[] {
  const time = { exportMs: uint32(bytes, 4) * 1000, uptimeMs: undefined, systemInitMs: undefined };
  const origin = { address: ADDRESS, domain: uint32(bytes, 12), receivedS: Math.floor(receivedMs / 1000) };
  const records: FlowRecord[] = [];
  const end = 16 + uint16(bytes, 18);
  let at = 20;
  while (end - at >= lengthOf(fields)) {
    const said = new Observation();
    for (const [id, length] of fields) {
      const element = UNUSED.has(id) ? undefined : elementOf(0, id);
      if (element !== undefined && said[element.slot] === undefined) {
        (said[element.slot] as unknown) = plainValue(element.kind, bytes, at, length);
      }
      at += length;
    }
    // Rules of rank, which the ready template has settled: IP bytes before layer 2 and totals, deltas before totals.
    records.push(
      toRecord(plainCounters(said, bytes, fields, at), flowTime(said, time), { factor: 1, shown: 1 }, origin)
    );
  }
  return records;
}

function plainValue(kind: string, bytes: Buffer, at: number, length: number): number | string | undefined {
  switch (kind) {
    case 'ipv4':
      return ipv4(bytes, at);
    case 'mac':
      return mac(bytes, at);
    case 'milliseconds':
      return millisecondsTime(bytes, at, length);
    default:
      return unsigned(bytes, at, length);
  }
}

function plainCounters(said: Observation, bytes: Buffer, fields: readonly Field[], end: number): Observation {
  let at = end - lengthOf(fields);
  for (const [id, length] of fields) {
    if (id === 1) {
      said.bytes = unsigned(bytes, at, length);
    } else if (id === 2) {
      said.packets = unsigned(bytes, at, length);
    }
    at += length;
  }
  return said;
}

function cpuSeconds(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

function compare(name: string, fields: readonly Field[], records: number, datagrams: number): void {
  const payloads = Array.from({ length: 64 }, (_, seed) => data(fields, records, seed));
  const receivedMs = EXPORT_S * 1000;
  const decoder = new Decoder({
    onLoss: (reason, _exporter, _count, detail) => assert.fail(`${reason}: ${detail}`),
  });
  const from = { address: ADDRESS, port: 4739, receivedMs };
  decoder.decode({ ...from, payload: definition(fields) });
  const ready = (payload: Buffer) => decoder.decode({ ...from, payload });
  for (const payload of payloads) {
    assert.deepEqual(
      ready(payload).map(({ record }) => record),
      decodePlainly(payload, fields, receivedMs)
    );
  }
  const rate = (decode: (payload: Buffer) => unknown) => {
    const rounds = () => {
      for (let index = 0; index < datagrams; index++) {
        decode(payloads[index % payloads.length]!);
      }
    };
    rounds();
    return (datagrams * records) / cpuSeconds(rounds);
  };
  const [fast, plain] = [rate(ready), rate((payload) => decodePlainly(payload, fields, receivedMs))];
  const figure = (value: number) => Math.round(value / 1000).toLocaleString('en');
  process.stdout.write(
    `${name}: ${figure(fast)} k records/CPU s, plain ${figure(plain)} k, ratio ${(fast / plain).toFixed(1)}\n`
  );
}

compare('Open vSwitch, 1 flow a datagram', OVS, 1, 300_000);
compare('router, 28 flows a datagram', ROUTER, 28, 20_000);
