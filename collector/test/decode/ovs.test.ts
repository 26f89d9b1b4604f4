import { describe, expect, it } from 'vitest';
import { Decoder } from '../../src/decode';
import { readDatagrams } from '../../src/receive/files';
import { CAPTURES, hasCaptures, noCaptures } from './captures';

describe.skipIf(!hasCaptures)(`Open vSwitch, recorded${noCaptures}`, () => {
  it('decodes every flow of all its templates, without a loss', async () => {
    const losses: unknown[] = [];
    const decoder = new Decoder({ onLoss: (...loss) => losses.push(loss) });
    const flows = [];
    for await (const item of readDatagrams(`${CAPTURES}/recorded/ovs.jsonl`)) {
      flows.push(...('skipped' in item ? [] : decoder.decode(item)));
    }
    expect(losses).toEqual([]);
    expect(flows).toHaveLength(17);
    expect(decoder.stats()).toMatchObject({ datagrams: 37, records: 17, knownTemplates: 89, optionRecords: 1 });
    // 40 bytes of headers and 96 of payload, sent by p1, before the export by the deltas of IE 158 and 159.
    expect(flows[0]?.record).toMatchObject({
      SrcAddr: '10.244.0.5',
      DstAddr: '10.244.1.7',
      SrcPort: 40000,
      DstPort: 443,
      Proto: 6,
      Bytes: 136,
      Packets: 1,
      Sampling: 1,
      Interfaces: ['p1'],
      IfDirections: [0],
    });
  });
});
