import Papa from 'papaparse';
import { csvFileName, flowsCsv } from './flowsCsv';
import { row } from './flowRow.fixture';

describe('flows as CSV', () => {
  it('has a header of field names, CRLF, and the values as stored', () => {
    const csv = flowsCsv(
      [row('a', { Bytes: 1500, SrcK8S_Name: 'web', Interfaces: ['eth0', 'ovn0'] }), row('b', { Bytes: 2 })],
      ['SrcK8S_Name', 'Bytes', 'Interfaces']
    );
    expect(csv).toBe('SrcK8S_Name,Bytes,Interfaces\r\nweb,1500,eth0 ovn0\r\n,2,\r\n');
  });

  it('quotes what needs quotes, so that a reader gets the same values back', () => {
    const names = ['a,b', 'say "hi"', 'two\r\nlines', ' blank '];
    const csv = flowsCsv(
      names.map((name) => row(name, { SrcK8S_Name: name })),
      ['SrcK8S_Name']
    );
    const read = Papa.parse<string[]>(csv, { skipEmptyLines: true }).data.slice(1);
    expect(read.map(([name]) => name)).toEqual(names);
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx'])('disarms %j, which a spreadsheet would run', (text) => {
    const csv = flowsCsv([row('a', { SrcK8S_Name: text })], ['SrcK8S_Name']);
    const [, [value] = []] = Papa.parse<string[]>(csv, { newline: '\r\n' }).data;
    expect(value).toBe(`'${text}`);
  });

  it('names the file by the time in UTC', () => {
    expect(csvFileName(new Date(Date.UTC(2026, 10, 24, 1, 30, 5)))).toBe('flows-20261124-013005.csv');
  });
});
