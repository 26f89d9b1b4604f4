import { describe, expect, test } from 'vitest';
import { printable, renderTable } from '../terminal/flowTable';
import { flowsOf } from '../terminal/watch';

const flow = {
  TimeFlowEndMs: 1_795_521_600_000,
  SrcK8S_Namespace: 'media-clients',
  SrcK8S_Name: 'player-0',
  DstAddr: '192.0.2.20',
  DstSubnetLabel: 'EXT:object storage',
  DstPort: 443,
  Proto: 6,
  Bytes: 1_500_000,
};

describe('the table of flows in the terminal', () => {
  test.each([40, 60, 80, 120, 200])('fits %d columns', (width) => {
    for (const line of renderTable([flow, {}], width)) {
      expect([...line].length).toBeLessThanOrEqual(width);
    }
  });

  test('names the ends, the port and the volume', () => {
    const [header, line] = renderTable([flow], 140);
    expect(header).toMatch(/Time +Source +Destination +Port +Proto +Bytes/);
    expect(line).toContain('media-clients/player-0');
    expect(line).toContain('192.0.2.20 (EXT:object storage)');
    expect(line).toMatch(/443 https +TCP +1\.50 MB/);
  });

  test('prints no character that drives the terminal or turns the text around', () => {
    const name = 'a\u001b[2Jb\u0007\r\nc\u009b31m\u202ed\u2066e';
    const lines = renderTable([{ SrcK8S_Name: name, SrcK8S_Namespace: '\u001b]0;x' }], 120).join('\n');
    expect(lines.replace('\n', '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
    expect(printable('grün 日本')).toBe('grün 日本');
  });
});

test('a Loki answer becomes flows, newest first, labels and line together', () => {
  const flows = flowsOf({
    data: {
      result: [
        { stream: { SrcK8S_Namespace: 'a' }, values: [['1795521600000000001', '{"Bytes":1}']] },
        { stream: { SrcK8S_Namespace: 'b' }, values: [['1795521600000000002', '{"Bytes":2}']] },
      ],
    },
  });
  expect(flows).toEqual([
    { SrcK8S_Namespace: 'b', Bytes: 2 },
    { SrcK8S_Namespace: 'a', Bytes: 1 },
  ]);
});
