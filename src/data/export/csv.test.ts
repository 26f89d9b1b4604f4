import fc from 'fast-check';
import Papa from 'papaparse';
import { row } from '../flowRow.fixture';
import { csvHeader, csvLines } from './csv';

/** What a reader gets back, header left out. */
const read = (csv: string) => Papa.parse<string[]>(csv, { delimiter: ',', newline: '\r\n' }).data.slice(0, -1);

const named = (text: string) => row('a', { SrcK8S_Name: text });

describe('flows as CSV', () => {
  it('has a header of field names, CRLF, and the values as stored', () => {
    expect(csvHeader(['SrcK8S_Name', 'Bytes', 'Interfaces'])).toBe('SrcK8S_Name,Bytes,Interfaces\r\n');
    const flows = [row('a', { Bytes: 1500, SrcK8S_Name: 'web', Interfaces: ['eth0', 'ovn0'] }), row('b', { Bytes: 2 })];
    expect(csvLines(flows, ['SrcK8S_Name', 'Bytes', 'Interfaces'])).toBe('web,1500,eth0 ovn0\r\n,2,\r\n');
    expect(csvLines([], ['Bytes'])).toBe('');
  });

  it('gives any text back to a reader as it was, or behind an apostrophe where it could run', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            SrcK8S_Name: fc.oneof(
              fc.string({ unit: 'grapheme' }),
              fc.string({ unit: fc.constantFrom('=', '"', ',', '\r', '\n', '\t', ' ', 'a', "'", '-', '＝') })
            ),
            Bytes: fc.integer(),
            DstK8S_Name: fc.string({ unit: 'binary' }),
          }),
          { minLength: 1, maxLength: 5 }
        ),
        (flows) => {
          const csv = csvLines(
            flows.map((flow, index) => row(String(index), flow)),
            ['SrcK8S_Name', 'Bytes', 'DstK8S_Name']
          );
          const lines = read(csv);
          expect(lines).toHaveLength(flows.length);
          lines.forEach(([name = '', bytes, other = ''], index) => {
            const flow = flows[index]!;
            expect(bytes).toBe(String(flow.Bytes));
            for (const [got, was] of [
              [name, flow.SrcK8S_Name],
              [other, flow.DstK8S_Name],
            ] as const) {
              expect([was, `'${was}`]).toContain(got);
              expect(got).not.toMatch(/^(?:\s*[=+\-@＝＋－＠]|[\t\r\n])/);
            }
          });
        }
      ),
      { numRuns: 500 }
    );
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', '\nx', '=1+1\nx', '=1\r\n+2', '  =1+1', '＝1+1'])(
    'disarms %j, which a spreadsheet would run',
    (text) => {
      expect(read(csvLines([named(text)], ['SrcK8S_Name', 'Bytes']))[0]?.[0]).toBe(`'${text}`);
    }
  );

  it('leaves numbers numbers, a list of one included', () => {
    const flow = row('a', { Bytes: -5, IfDirections: [-1] });
    expect(csvLines([flow], ['Bytes', 'IfDirections'])).toBe('-5,-1\r\n');
  });

  it('disarms lists too', () => {
    expect(csvLines([row('a', { Interfaces: ['=x', 'y'] })], ['Interfaces'])).toBe(`"'=x y"\r\n`);
    expect(csvLines([row('a', { Interfaces: ['=x'] })], ['Interfaces'])).toBe(`"'=x"\r\n`);
  });

  it('keeps the lines of flows that lack the only column', () => {
    const csv = csvLines([row('a', {}), row('b', { Bytes: 1 })], ['Bytes']);
    expect(csv).toBe('""\r\n1\r\n');
    expect(read(csv)).toEqual([[''], ['1']]);
  });
});
