import { DEFAULT_LABELS, FIELDS, LINE_ORDER, type FieldName, type FlowRecord } from '@netobserv-flows/schema';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelText } from '../../src/loki/labels';
import { newRecord } from '../../src/decode/newRecord';
import { ByteWriter, pieceOf } from '../../src/loki/bytes';
import { extendLine, extendWritten, lineWriter } from '../../src/loki/line';
import { record } from './flows';

describe('a stored line', () => {
  const write = (flow: FlowRecord, labels: readonly FieldName[] = DEFAULT_LABELS, members = '') => {
    const into = new ByteWriter(1);
    lineWriter(labels)(flow, into);
    extendWritten(into, 0, members);
    return into.bytes.toString('utf8', 0, into.at);
  };

  it('is JSON of the fields that have a value, in the order of the dictionary, without the labels', () => {
    const line = write(
      record({
        SrcK8S_Namespace: 'shop',
        FlowDirection: 0,
        SrcAddr: '10.0.0.1',
        Interfaces: ['br-ex', 'a"b'],
        Duplicate: true,
      })
    );
    const fields = JSON.parse(line) as Record<string, unknown>;
    expect(fields).toEqual({ ...record(), SrcAddr: '10.0.0.1', Interfaces: ['br-ex', 'a"b'], Duplicate: true });
    expect(Object.keys(fields)).toEqual(LINE_ORDER.filter((name) => name in fields));
    expect(line.startsWith('{"Bytes":100,"Packets":1,')).toBe(true);
  });

  it('keeps any text', () => {
    const name = 'quote " brace } back\\slash `tick` line\nfeed \u0000 ☃ \u{1F600}';
    expect(JSON.parse(write(record({ SrcK8S_Name: name })))).toMatchObject({ SrcK8S_Name: name });
  });

  it('takes members at its end', () => {
    expect(extendLine('{"a":1}', '"b":2')).toBe('{"a":1,"b":2}');
    expect(extendLine('{}', '"b":2')).toBe('{"b":2}');
    expect(extendLine('{"a":1}', '')).toBe('{"a":1}');
    const all = FIELDS.map(({ name }) => name);
    expect(write(record({ SrcAddr: '10.0.0.1' }), all)).toBe('{}');
    expect(write(record({ SrcAddr: '10.0.0.1' }), all, '"b":2')).toBe('{"b":2}');
    const others = all.filter((name) => name !== 'SrcAddr');
    expect(write(record({ SrcAddr: '10.0.0.1' }), others, '"b":2')).toBe('{"SrcAddr":"10.0.0.1","b":2}');
  });

  it('holds what JSON.stringify would write of the same fields', () => {
    const values = {
      integer: fc.oneof(fc.nat(), fc.maxSafeNat(), fc.constantFrom(0, 9, 10, 999_999_999, 1e9, 2 ** 31, 2 ** 53 - 1)),
      text: fc.oneof(fc.string(), fc.string({ unit: 'binary' })),
    };
    fc.assert(
      fc.property(values.integer, values.integer, values.text, fc.array(values.text), (bytes, start, text, list) => {
        const flow = record({ Bytes: bytes, TimeFlowStartMs: start, SrcK8S_Name: text, Interfaces: list });
        const names = LINE_ORDER.filter((name) => flow[name] !== undefined);
        const expected = JSON.stringify(flow, names as string[]);
        expect(write(flow, [])).toBe(expected);
        const blank = Object.fromEntries(LINE_ORDER.map((name) => [name, undefined]));
        expect(write({ ...blank, ...flow }, [])).toBe(expected);
      })
    );
  });
});

describe('a line of a decoded record', () => {
  it('has every field of the dictionary, in its order', () => {
    const made = newRecord(1, 2, 3, 4, 5, 6, '192.0.2.1');
    expect(Object.keys(made)).toEqual(LINE_ORDER);
    const full = Object.fromEntries(LINE_ORDER.map((name, index) => [name, index])) as unknown as FlowRecord;
    const into = new ByteWriter(1);
    lineWriter([])(full, into);
    expect(into.bytes.toString('utf8', 0, into.at)).toBe(JSON.stringify(full));
  });

  it('holds numbers and texts of any length', () => {
    const into = new ByteWriter(1);
    const from = new ByteWriter(1);
    let expected = '';
    for (let digits = 1; digits <= 15; digits++) {
      for (const value of [10 ** digits - 1, 10 ** digits, Math.floor(10 ** digits / 7)]) {
        into.number(value);
        expected += value;
      }
    }
    for (let length = 0; length < 40; length++) {
      const text = 'äb☃d\u{1F600}fghij'.repeat(4).slice(0, length);
      const start = from.at;
      from.text(text);
      into.copy(from, start, from.at);
      into.piece(pieceOf(text));
      expected += text + text;
    }
    expect(into.bytes.toString('utf8', 0, into.at)).toBe(Buffer.from(expected).toString());
  });
});

describe('a label set', () => {
  it('quotes values as Go reads them', () => {
    expect(
      labelText([
        ['app', 'x'],
        ['b', 'q"u\\o\n{}'],
      ])
    ).toBe('{app="x", b="q\\"u\\\\o\\n{}"}');
  });

  it('replaces lone surrogates, which Go refuses', () => {
    expect(labelText([['a', 'x\ud800y']])).toBe('{a="x\uFFFDy"}');
    expect(labelText([['a', '\u{1F600}']])).toBe('{a="\u{1F600}"}');
  });
});
