import { FieldType, toDataFrame, type DataFrame } from '@grafana/data';
import { flowsFromFrames } from './frames';

const END = 1_764_000_000_000;

function logFrame(entries: Array<{ labels?: object; line: string; ns?: string; id?: string }>): DataFrame {
  return toDataFrame({
    fields: [
      { name: 'labels', type: FieldType.other, values: entries.map(({ labels }) => labels ?? {}) },
      { name: 'Time', type: FieldType.time, values: entries.map(() => END) },
      { name: 'Line', type: FieldType.string, values: entries.map(({ line }) => line) },
      { name: 'tsNs', type: FieldType.string, values: entries.map(({ ns }, index) => ns ?? `${END}00000${index}`) },
      { name: 'id', type: FieldType.string, values: entries.map(({ id }, index) => id ?? `id${index}`) },
    ],
  });
}

describe('flows from Loki’s frames', () => {
  it('merges labels and line, and types both', () => {
    const { rows } = flowsFromFrames([
      logFrame([
        {
          labels: { app: 'netobserv-flowcollector', SrcK8S_Namespace: 'demo', FlowDirection: '1' },
          line: '{"Bytes":1500,"DstPort":443,"Interfaces":["eth0"],"Duplicate":true,"TimeFlowEndMs":1763999999000}',
        },
      ]),
    ]);
    expect(rows).toHaveLength(1);
    expect(rows[0]?.flow).toEqual({
      SrcK8S_Namespace: 'demo',
      FlowDirection: 1,
      Bytes: 1500,
      DstPort: 443,
      Interfaces: ['eth0'],
      Duplicate: true,
      TimeFlowEndMs: 1_763_999_999_000,
    });
    expect(rows[0]?.stored).toMatchObject({ app: 'netobserv-flowcollector', FlowDirection: '1' });
  });

  it('takes the entry’s time where a flow has no end', () => {
    const { rows } = flowsFromFrames([logFrame([{ line: '{"Bytes":1}' }])]);
    expect(rows[0]?.flow.TimeFlowEndMs).toBe(END);
  });

  it('skips and counts lines that are no JSON object', () => {
    const { rows, skipped } = flowsFromFrames([
      logFrame([{ line: 'hello' }, { line: '{"Bytes":' }, { line: '[1]' }, { line: '{"Bytes":1}' }]),
    ]);
    expect(rows).toHaveLength(1);
    expect(skipped).toBe(3);
  });

  it.each([
    ['a port that is text', '{"DstPort":"https"}', 'DstPort'],
    ['an empty name', '{"SrcK8S_Name":""}', 'SrcK8S_Name'],
    ['a null', '{"SrcAddr":null}', 'SrcAddr'],
    ['an object', '{"Bytes":{}}', 'Bytes'],
  ])('leaves out %s, and keeps it as stored', (_, line, name) => {
    const { rows } = flowsFromFrames([logFrame([{ line }])]);
    expect(rows[0]?.flow).not.toHaveProperty(name);
    expect(rows[0]?.stored).toHaveProperty(name);
  });

  it('orders the newest first over several frames, by nanoseconds', () => {
    const { rows } = flowsFromFrames([
      logFrame([{ line: '{"Bytes":1}', ns: `${END}000001`, id: 'a' }]),
      logFrame([
        { line: '{"Bytes":3}', ns: `${END}000003`, id: 'c' },
        { line: '{"Bytes":2}', ns: `${END}000002`, id: 'b' },
      ]),
    ]);
    expect(rows.map(({ id }) => id)).toEqual(['c', 'b', 'a']);
  });

  it('reads the data plane’s names too', () => {
    const frame = toDataFrame({
      fields: [
        { name: 'timestamp', type: FieldType.time, values: [END] },
        { name: 'body', type: FieldType.string, values: ['{"Bytes":7}'] },
        { name: 'labels', type: FieldType.other, values: [{ SrcK8S_Namespace: 'demo' }] },
      ],
    });
    expect(flowsFromFrames([frame]).rows[0]?.flow).toMatchObject({ Bytes: 7, SrcK8S_Namespace: 'demo' });
  });

  it('finds no flows in frames of figures', () => {
    const frame = toDataFrame({
      fields: [
        { name: 'Time', type: FieldType.time, values: [END] },
        { name: 'Value', type: FieldType.number, values: [1] },
      ],
    });
    expect(flowsFromFrames([frame])).toEqual({ rows: [], skipped: 0 });
  });
});

describe('the id of a flow', () => {
  it('is the same in every answer, also where Grafana gives none, and tells flows of one time apart', () => {
    const frame = (lines: string[]) =>
      toDataFrame({
        fields: [
          { name: 'Time', type: FieldType.time, values: lines.map(() => END) },
          { name: 'Line', type: FieldType.string, values: lines },
          { name: 'tsNs', type: FieldType.string, values: lines.map(() => `${END}000042`) },
        ],
      });
    const first = flowsFromFrames([frame(['{"Bytes":1}', '{"Bytes":2}'])]).rows.map(({ id }) => id);
    const later = flowsFromFrames([frame(['{"Bytes":3}', '{"Bytes":2}', '{"Bytes":1}'])]).rows.map(({ id }) => id);
    expect(new Set(first).size).toBe(2);
    expect(later).toEqual(expect.arrayContaining(first));
  });

  it('shows a flow once that two answers of a split query hold', () => {
    const entry = { line: '{"Bytes":1}', id: 'same' };
    expect(flowsFromFrames([logFrame([entry]), logFrame([entry])]).rows).toHaveLength(1);
  });
});
