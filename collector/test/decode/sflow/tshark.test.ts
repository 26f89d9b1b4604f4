import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FlowRecord } from '@netobserv-flows/schema';
import { testDecoder } from '../captures';
import { ipv4Udp, pcapFile } from '../pcapFile';
import { hasTshark, tsharkFields } from '../tshark';
import { EXAMPLES } from './examples';

const noTshark = hasTshark ? '' : ' (skipped: tshark is not installed)';
const AGENT = '172.31.0.9';
const PORT = 6343;

/** Examples of one sample: tshark gives the fields of all samples of a frame in one list. */
const SINGLE = EXAMPLES.filter(({ payload }) => payload.readUInt32BE(24) === 1);

const FIELDS = [
  ...['ip.src', 'ip.dst', 'ipv6.src', 'ipv6.dst', 'tcp.srcport', 'tcp.dstport', 'udp.srcport', 'udp.dstport'],
  ...[
    'tcp.flags',
    'icmp.type',
    'icmp.code',
    'ieee8021ad.id',
    'vlan.id',
    'mpls.label',
    'vxlan.vni',
    'geneve.vni',
    'eth.src',
  ],
  ...['sflow.flow_sample.sampling_rate', 'ip.proto', 'ip.len'],
] as const;
type Dissected = ReadonlyMap<string, readonly string[]>;

describe.skipIf(!hasTshark)(`sFlow beside tshark${noTshark}`, () => {
  let folder: string;
  let theirs: Dissected[] = [];

  beforeAll(() => {
    const packets = SINGLE.map(({ payload }) => ({ packet: ipv4Udp(payload, AGENT, 40_000, PORT), ms: 1e12 }));
    folder = mkdtempSync(join(tmpdir(), 'flows-sflow-'));
    const file = join(folder, 'all.pcap');
    writeFileSync(file, pcapFile(packets, { linkType: 101 }));
    theirs = tsharkFields(file, `udp.port==${PORT},sflow`, FIELDS);
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(
    SINGLE.map(({ name, payload }, index) => ({ name, payload, index })).filter(
      // tshark 4.0 does not know discarded packets, and does not show records beside the header in these fields.
      ({ name }) => name !== 'discarded packet'
    )
  )('$name: the same addresses, ports, tags, tunnels', ({ payload, index }) => {
    const [flow] = testDecoder().decode(payload);
    const dissected = theirs[index]!;
    expect(ours(flow!.record, dissected)).toEqual(expectedOf(dissected));
  });
});

/** Of fields that occur for each header of the sampled packet, the innermost; the first is of the datagram's own. */
function inner(dissected: Dissected, name: string, outer = 0): string | undefined {
  return dissected.get(name)?.slice(outer).at(-1);
}

function expectedOf(dissected: Dissected) {
  const transport = (end: string) => inner(dissected, `tcp.${end}port`) ?? inner(dissected, `udp.${end}port`, 1);
  const isSix = (dissected.get('ipv6.src') ?? []).length > 0;
  const tunnelled = !isSix && (dissected.get('ip.src') ?? []).length > 2;
  return {
    src: isSix ? inner(dissected, 'ipv6.src') : inner(dissected, 'ip.src', 1),
    dst: isSix ? inner(dissected, 'ipv6.dst') : inner(dissected, 'ip.dst', 1),
    srcPort: transport('src'),
    dstPort: transport('dst'),
    flags: number(inner(dissected, 'tcp.flags')),
    icmp: [inner(dissected, 'icmp.type'), inner(dissected, 'icmp.code')],
    vlans: [...(dissected.get('ieee8021ad.id') ?? []), ...(dissected.get('vlan.id') ?? [])],
    labels: dissected.get('mpls.label') ?? [],
    vni: number(inner(dissected, 'vxlan.vni') ?? inner(dissected, 'geneve.vni')),
    mac: inner(dissected, 'eth.src'),
    rate: inner(dissected, 'sflow.flow_sample.sampling_rate'),
    tunnelSrc: tunnelled ? dissected.get('ip.src')![1] : undefined,
  };
}

function ours(record: FlowRecord, dissected: Dissected) {
  const text = (value: number | undefined) => value?.toString();
  const hasVni = dissected.has('vxlan.vni') || dissected.has('geneve.vni');
  return {
    src: record.SrcAddr,
    dst: record.DstAddr,
    srcPort: text(record.SrcPort),
    dstPort: text(record.DstPort),
    flags: text(record.Flags),
    icmp: [text(record.IcmpType), text(record.IcmpCode)],
    vlans: [record.VlanId, record.CustomerVlanId].filter((vlan) => vlan !== undefined).map(String),
    labels: dissected.has('mpls.label') ? (record.MplsLabels ?? []).map(String) : [],
    vni: hasVni ? String(parseInt(record.TunnelKey ?? '', 16)) : undefined,
    mac: record.SrcMac,
    rate: text(record.Sampling),
    tunnelSrc: (dissected.get('ip.src') ?? []).length > 2 ? record.TunnelSrcAddr : undefined,
  };
}

function number(value: string | undefined): string | undefined {
  return value === undefined ? undefined : String(Number(value));
}
