import { DEFAULT_LABELS, LINE_ORDER } from '@netobserv-flows/schema';
import { describe, expect, it } from 'vitest';
import { labelText } from '../../src/loki/labels';
import { extendLine, lineWriter } from '../../src/loki/line';
import { record } from './flows';

describe('a stored line', () => {
  const write = lineWriter(DEFAULT_LABELS);

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
