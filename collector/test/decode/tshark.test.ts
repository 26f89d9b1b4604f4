import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FlowRecord } from '@netobserv-flows/schema';
import { readDatagrams } from '../../src/receive/files';
import { datagramsOf, GROUPS, hasCaptures, noCaptures, testDecoder } from './captures';
import { ipv4Udp, pcapFile } from './pcapFile';
import { hasTshark, tsharkFlows, type TsharkFlow } from './tshark';

const noTshark = hasTshark ? '' : ' (skipped: tshark is not installed)';

/** Where tshark stops early: after how many flows, and why. */
const STOPS: Readonly<Record<string, readonly [flows: number, why: string]>> = {
  'recorded/soft-v9-s10.jsonl': [10, 'it believes the record count of the header, which is too small'],
  'logstash-codec-netflow/netflow9_test_h3c_tpl3281.dat': [1, 'it refuses IE 43, an address, in two bytes'],
};

/** Protocols whose ports we keep, among those of the captures. */
const WITH_PORTS = ['6', '17', '132'];

describe.skipIf(!hasCaptures || !hasTshark)(`beside tshark${noCaptures}${noTshark}`, () => {
  let folder: string;
  const ours = new Map<string, FlowRecord[]>();
  let theirs = new Map<string, TsharkFlow[]>();

  // Each group gets a source address of its own, as its exporter had, so that templates do not mix.
  const addressOf = (group: number) => `10.0.0.${group + 1}`;

  beforeAll(async () => {
    const packets = [];
    for (const [index, group] of GROUPS.entries()) {
      for (const { file: capture } of group) {
        for (const { payload, receivedMs } of await datagramsOf(capture)) {
          packets.push({ packet: ipv4Udp(payload, addressOf(index), 40_000), ms: receivedMs });
        }
      }
    }
    folder = mkdtempSync(join(tmpdir(), 'flows-tshark-'));
    const file = join(folder, 'all.pcap');
    writeFileSync(file, pcapFile(packets, { linkType: 101 }));
    const { decoder } = testDecoder();
    for await (const item of readDatagrams(file)) {
      for (const { record } of 'skipped' in item ? [] : decoder.decode(item)) {
        ours.set(record.AgentIP, [...(ours.get(record.AgentIP) ?? []), record]);
      }
    }
    theirs = tsharkFlows(file);
  }, 60_000);

  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(GROUPS.map((group, index) => ({ name: group[0]?.file ?? '', index })))(
    '$name: the same addresses, ports, counters and times',
    ({ index, name }) => {
      if (/invalid01|sflow/.test(name)) {
        expect(ours.get(addressOf(index))).toBeUndefined();
        return;
      }
      const expected = (theirs.get(addressOf(index)) ?? []).flatMap(directionsOf);
      const actual = (ours.get(addressOf(index)) ?? []).map((record, at) => comparable(record, expected[at]));
      const [flows] = STOPS[name] ?? [actual.length];
      expect(expected).toHaveLength(flows);
      expect(actual.slice(0, flows)).toEqual(expected);
    }
  );
});

type Comparable = Readonly<Record<string, string | undefined>>;

/** What both say, as text; the times only where tshark gives them absolutely. */
function comparable(record: FlowRecord, expected: Comparable | undefined): Comparable {
  const { SrcAddr, DstAddr, SrcPort, DstPort, Proto, Bytes, Packets, Sampling, TimeFlowStartMs, TimeFlowEndMs } =
    record;
  const seen = (counter: number) => String(counter / Sampling);
  return {
    src: SrcAddr,
    dst: DstAddr,
    proto: Proto?.toString(),
    srcPort: SrcPort?.toString(),
    dstPort: DstPort?.toString(),
    bytes: seen(Bytes),
    packets: seen(Packets),
    flags: expected?.flags === undefined ? undefined : record.Flags?.toString(),
    dscp: expected?.dscp === undefined ? undefined : record.Dscp?.toString(),
    srcMac: record.SrcMac,
    start: expected?.start === undefined ? undefined : String(TimeFlowStartMs),
    end: expected?.end === undefined ? undefined : String(TimeFlowEndMs),
  };
}

/** Forward and reverse direction; a forward one that counts nothing is left out where the reverse one does. */
function directionsOf(flow: TsharkFlow): Comparable[] {
  const back = reverse(flow);
  const one = forward(flow);
  return back.length > 0 && one.bytes === '0' && one.packets === '0' ? back : [one, ...back];
}

function forward(flow: TsharkFlow): Comparable {
  const first = (...names: string[]) => names.map((name) => flow.get(name)?.[0]).find((value) => value !== undefined);
  const proto = first('cflow.protocol');
  const withPorts = proto === undefined || WITH_PORTS.includes(proto);
  const tos = first('cflow.tos');
  const mac = first('cflow.srcmac');
  return {
    src: first('cflow.srcaddr', 'cflow.srcaddrv6'),
    dst: first('cflow.dstaddr', 'cflow.dstaddrv6'),
    proto,
    srcPort: withPorts ? first('cflow.srcport') : undefined,
    dstPort: withPorts ? first('cflow.dstport') : undefined,
    bytes:
      first('cflow.octets', 'cflow.layer2_octet_delta_count', 'cflow.permanent_octets', 'cflow.initiator_octets') ??
      '0',
    packets: first('cflow.packets', 'cflow.permanent_packets') ?? '0',
    flags: proto === '6' ? number(first('cflow.tcpflags')) : undefined,
    dscp: tos === undefined ? undefined : String(Number(tos) >> 2),
    srcMac: mac === '00:00:00:00:00:00' ? undefined : mac,
    start: milliseconds(first('cflow.abstimestart')),
    end: milliseconds(first('cflow.abstimeend')),
  };
}

/** The reverse direction: tshark gives reverse elements the names of the forward ones, a second time. */
function reverse(flow: TsharkFlow): Comparable[] {
  const second = (...names: string[]) => names.map((name) => flow.get(name)?.[1]).find((value) => value !== undefined);
  const one = forward(flow);
  const bytes = second('cflow.octets', 'cflow.permanent_octets') ?? flow.get('cflow.responder_octets')?.[0] ?? '0';
  const packets = second('cflow.packets', 'cflow.permanent_packets') ?? '0';
  if (bytes === '0' && packets === '0') {
    return [];
  }
  const { src, dst, srcPort, dstPort } = one;
  const tos = second('cflow.tos');
  return [
    {
      ...one,
      ...{ src: dst, dst: src, srcPort: dstPort, dstPort: srcPort, bytes, packets },
      flags: one.proto === '6' ? number(second('cflow.tcpflags')) : undefined,
      dscp: tos === undefined ? undefined : String(Number(tos) >> 2),
    },
  ];
}

function number(text: string | undefined): string | undefined {
  return text === undefined ? undefined : String(Number(text) & 0xff);
}

/** tshark writes `Nov 11, 2016 12:09:19.000127768 UTC`. */
function milliseconds(text: string | undefined): string | undefined {
  const match = text === undefined ? null : /^(.*):(\d\d)\.(\d{3})\d* UTC$/.exec(text);
  const ms = match === null ? 0 : Date.parse(`${match[1]}:${match[2]} UTC`) + Number(match[3]);
  // An uptime of 0 is shown as the year 1970.
  return ms === 0 ? undefined : String(ms);
}
