import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { protocolNumber, type FlowRecord } from '@netobserv-flows/schema';
import { CAPTURES, datagramsOf, GROUPS, hasCaptures, noCaptures, testDecoder } from './captures';

type Fields = ReadonlyMap<string, string>;

/** The fields of each line of InfluxDB line protocol: `netflow,tags name=value,name="value" time`. */
function linesOf(file: string): Fields[] {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map(
      (line) =>
        new Map(
          [...line.matchAll(/(\w+)=(?:"([^"]*)"|(\d+)u)/g)].map(([, name, text, number]) => [name!, text ?? number!])
        )
    );
}

/** What both say of a flow, as one text. */
function keyOf(record: FlowRecord): string {
  const { SrcAddr, DstAddr, SrcPort, DstPort, Proto, Bytes, Packets } = record;
  return [SrcAddr, DstAddr, SrcPort ?? 0, DstPort ?? 0, Proto, Bytes, Packets].join(' ');
}

/** The flows that a line of telegraf's tells of: the reverse direction is under `type_29305_…`, in hexadecimal. */
function expectedKeys(fields: Fields): string[] {
  const get = (...names: string[]) => names.map((name) => fields.get(name)).find((value) => value !== undefined) ?? '0';
  const proto = protocolNumber(get('protocol'));
  const [src, dst, srcPort, dstPort] = [get('src'), get('dst'), get('src_port'), get('dst_port')];
  const bytes = get('in_bytes', 'in_total_bytes');
  const packets = get('in_packets', 'in_total_packets');
  const reverse = [Number(get('type_29305_85')), Number(get('type_29305_86'))];
  return [
    [src, dst, srcPort, dstPort, proto, bytes, packets].join(' '),
    ...(reverse.some((count) => count > 0) ? [[dst, src, dstPort, srcPort, proto, ...reverse].join(' ')] : []),
  ];
}

describe.skipIf(!hasCaptures)(`beside telegraf${noCaptures}`, () => {
  it.each(['ipfix_example', 'netflow_v5_example', 'netflow_v9_example'])('%s: the same flows', async (example) => {
    const { decoder } = testDecoder();
    const files = GROUPS.flat().filter(({ file }) => file.startsWith(`telegraf/${example}/`));
    const records: FlowRecord[] = [];
    for (const { file } of files) {
      for (const datagram of await datagramsOf(file)) {
        records.push(...decoder.decode(datagram).map(({ record }) => record));
      }
    }
    const lines = linesOf(`${CAPTURES}/telegraf/${example}/expected.out`).filter((fields) => fields.has('src'));
    expect(lines.length).toBeGreaterThan(0);
    expect(records.map(keyOf).sort()).toEqual(lines.flatMap(expectedKeys).sort());
  });

  it('netflow_v9_example: the same times and TCP flags', async () => {
    const { decoder } = testDecoder();
    const [datagram] = await datagramsOf('telegraf/netflow_v9_example/netflow_v9.bin');
    const lines = linesOf(`${CAPTURES}/telegraf/netflow_v9_example/expected.out`);
    expect(
      decoder.decode(datagram!).map(({ record }) => [record.TimeFlowStartMs, record.TimeFlowEndMs, record.Flags])
    ).toEqual(
      // `...AP...`: acknowledge and push.
      lines.map((fields) => [Number(fields.get('flow_start_ms')), Number(fields.get('flow_end_ms')), 0x18])
    );
  });
});
