/**
 * How fast sFlow samples become flow records, beside IPFIX records of as many flows a datagram by templates that are
 * made ready once: a sample has to be parsed header by header, tunnels included, so it can be slower, but not by much.
 * Run: `npx tsx bench/collector/sflow.ts`. Prints records a second of CPU, and the ratio.
 */
import assert from 'node:assert/strict';
import { Decoder } from '../../collector/src/decode/index';
import { ipfix, set, template, type Field } from '../../collector/test/decode/messages';
import {
  datagram,
  ethernet,
  flowSample,
  ipv4,
  sampledHeader,
  TCP,
  udp,
} from '../../collector/test/decode/sflow/messages';

const FLOWS = 7;
const DATAGRAMS = 40_000;
const ADDRESS = '192.0.2.1';
const RECEIVED_MS = 1_700_000_000_000;

const address = (index: number) => `0a00${(index & 0xffff).toString(16).padStart(4, '0')}`;
const packets = (index: number) => ipv4(TCP, { proto: 6, src: address(index), dst: address(index + 1), length: 1000 });
const samples = (frame: (index: number) => string) => (seed: number) =>
  datagram(
    Array.from({ length: FLOWS }, (_, index) => flowSample([sampledHeader(frame(7 * seed + index), { frame: 1100 })]))
  );
const plain = samples((index) => ethernet('0800', packets(index)));
const overlay = samples((index) =>
  ethernet(
    '0800',
    ipv4(udp(4789, `0800 0000 0000fd 00 ${ethernet('0800', packets(index))}`), { proto: 17, length: 1050 })
  )
);

/** The fields that the plain samples give. */
const FIELDS: readonly Field[] = [
  ...([
    [8, 4],
    [12, 4],
    [7, 2],
    [11, 2],
    [4, 1],
    [6, 1],
    [5, 1],
  ] as const),
  ...([
    [56, 6],
    [80, 6],
    [256, 2],
    [10, 4],
    [14, 4],
    [61, 1],
    [1, 8],
    [2, 8],
  ] as const),
];
const record = (index: number) =>
  `${address(index)}${address(index + 1)}9c4001bb0618b80a00000000010a0000000002080000000003000000070000000000000003e80000000000000001`;
const templated = (seed: number) =>
  ipfix([set(256, Array.from({ length: FLOWS }, (_, index) => record(7 * seed + index)).join(''))]);

function rate(make: (seed: number) => Buffer): number {
  const payloads = Array.from({ length: 64 }, (_, seed) => make(seed));
  const decoder = new Decoder({ onLoss: (reason, _exporter, _count, detail) => assert.fail(`${reason}: ${detail}`) });
  const from = { address: ADDRESS, port: 6343, receivedMs: RECEIVED_MS };
  decoder.decode({ ...from, payload: ipfix([set(2, template(256, ...FIELDS))]) });
  const rounds = () => {
    for (let index = 0; index < DATAGRAMS; index++) {
      const flows = decoder.decode({ ...from, payload: payloads[index % payloads.length]! });
      assert.equal(flows.length, FLOWS);
    }
  };
  rounds();
  const start = process.cpuUsage();
  rounds();
  const { user, system } = process.cpuUsage(start);
  return (DATAGRAMS * FLOWS) / ((user + system) / 1e6);
}

const base = rate(templated);
const figure = (value: number) => `${Math.round(value / 1000).toLocaleString('en')} k`;
for (const [name, make] of [
  ['IPv4 TCP', plain],
  ['the same in VXLAN', overlay],
] as const) {
  const one = rate(make);
  process.stdout.write(
    `sFlow, ${FLOWS} samples a datagram, ${name}: ${figure(one)} records/CPU s, IPFIX ${figure(base)}, ratio ${(one / base).toFixed(2)}\n`
  );
}
