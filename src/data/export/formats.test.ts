import { row } from '../flowRow.fixture';
import { exportFields, type ExportColumns } from './exportFields';
import { exportFileName, flowWriter, type ExportFormat } from './formats';
import type { FlowRow } from '../flowRow';

function file(format: ExportFormat, columns: ExportColumns, ...pages: FlowRow[][]): string {
  const writer = flowWriter(format, columns);
  return writer.head() + pages.map((page) => writer.rows(page)).join('') + writer.tail();
}

const STORED: FlowRow = {
  ...row('a', { Bytes: 1500, FlowDirection: 1, SrcK8S_Name: 'web' }),
  stored: { FlowDirection: '1', _RecordType: 'flowLog', Bytes: 1500, SrcK8S_Name: 'web', Proto: 'odd' },
};

describe('the fields of an export', () => {
  it('takes a column of both ends for source and destination, each field once', () => {
    expect(exportFields(['Bytes', 'K8S_Namespace', 'SrcK8S_Namespace', 'nonsense', '__proto__'])).toEqual([
      'Bytes',
      'SrcK8S_Namespace',
      'DstK8S_Namespace',
    ]);
  });
});

describe('files of flows', () => {
  it('writes JSON as an array with a flow a line, over several pages', () => {
    const text = file('json', ['Bytes', 'SrcK8S_Name'], [row('a', { Bytes: 1 })], [], [row('b', { SrcK8S_Name: 'x' })]);
    expect(text).toBe('[\n{"Bytes":1},\n{"SrcK8S_Name":"x"}\n]\n');
    expect(JSON.parse(text)).toEqual([{ Bytes: 1 }, { SrcK8S_Name: 'x' }]);
  });

  it('writes valid JSON without flows', () => {
    expect(JSON.parse(file('json', 'all'))).toEqual([]);
  });

  it('writes all that is stored, typed where the dictionary knows the type', () => {
    expect(JSON.parse(file('json', 'all', [STORED]))).toEqual([
      { FlowDirection: 1, _RecordType: 'flowLog', Bytes: 1500, SrcK8S_Name: 'web', Proto: 'odd' },
    ]);
  });

  it('writes hostile keys as keys', () => {
    const stored = JSON.parse('{"__proto__":{"polluted":1},"constructor":"x"}') as Record<string, unknown>;
    const text = file('json', 'all', [{ ...row('a', {}), stored }]);
    expect(text).toContain('"__proto__":{"polluted":1}');
    expect(text).toContain('"constructor":"x"');
    expect({}).not.toHaveProperty('polluted');
  });

  it('writes every field as a CSV column', () => {
    const [header, line] = file('csv', 'all', [STORED]).split('\r\n');
    expect(header).toMatch(/^TimeFlowStartMs,TimeFlowEndMs,/);
    expect(line?.split(',')).toHaveLength(header?.split(',').length ?? 0);
    expect(line).toContain('1500');
  });

  it('names files by the time in UTC', () => {
    expect(exportFileName(new Date(Date.UTC(2026, 10, 24, 1, 30, 5)), 'json')).toBe('flows-20261124-013005.json');
  });
});
