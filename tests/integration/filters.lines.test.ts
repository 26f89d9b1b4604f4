import { FLOW_APP } from '@netobserv-flows/schema';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { countQuery, flowQuery, NO_FILTERS, parseFilterText, type FlowQueryOptions } from '../../src/flow/index';
import { LokiClient } from './lokiClient';

const OPTIONS: FlowQueryOptions = { labels: [], duplicates: 'hide' };
const FLOW = { Bytes: 1500, Packets: 3, SrcAddr: '10.0.0.1', DstPort: 443, Interfaces: ['eth0'] };

/** What a stream of flows may hold besides flows: other programs write to Loki too. */
const OTHER_LINES = ['not json', '', '[1,2]', '"Bytes"', '{"Bytes":', '{"Bytes":12,"SrcAddr', '\u0000', '{}', 'null'];

const QUERIES: ReadonlyArray<readonly [filter: string, match: 'all' | 'any', finds: 'the flow' | 'nothing']> = [
  ['bytes>1000', 'all', 'the flow'],
  ['bytes>1000 port=53', 'any', 'the flow'],
  ['port=1-50 bytes>1MB', 'any', 'nothing'],
  ['ip=10.0.0.0/8', 'all', 'the flow'],
  ['ip=10.0.0.0/8 port=80', 'any', 'the flow'],
  ['ip=11.0.0.0/8 packets>5', 'any', 'nothing'],
  ['interface=eth', 'all', 'the flow'],
  ['interface!=eth port=443', 'all', 'nothing'],
];

describe('lines that are no flows', () => {
  const loki = new LokiClient(inject('lokiUrl'));
  const start = BigInt(Date.now()) * 1_000_000n - 60_000_000_000n;
  const end = start + 1000n;
  const run = `lines-${start}`;
  const scoped = (query: string) => query.replace('{', `{test_run="${run}", `);
  const lines = [...OTHER_LINES, JSON.stringify(FLOW)];

  beforeAll(async () => {
    const values = lines.map((line, index) => [String(start + BigInt(index)), line] as const);
    await loki.push([{ stream: { app: FLOW_APP, test_run: run }, values }]);
    await loki.waitForLines(`{test_run="${run}"}`, start, end, lines.length);
  });

  test.each(QUERIES)('%s, match %s: found is %s', async (text, match, finds) => {
    const parsed = parseFilterText(text);
    expect(parsed).toMatchObject({ ok: true });
    const set = { ...NO_FILTERS, filters: parsed.ok ? parsed.value : [], match };
    const expected = finds === 'the flow' ? [JSON.stringify(FLOW)] : [];
    const found = await loki.lines(scoped(flowQuery(set, OPTIONS).expr), start, end);
    expect(found.map(({ line }) => line)).toEqual(expected);
    const count = await loki.figure(scoped(countQuery(set, OPTIONS, 120_000).expr), end + 1_000_000_000n);
    expect(count).toBe(expected.length);
  });

  test('a negation does not fail on lines that are no JSON, and does not take them', async () => {
    const parsed = parseFilterText('proto!=udp ip!=11.0.0.0/8');
    const set = { ...NO_FILTERS, filters: parsed.ok ? parsed.value : [] };
    const found = (await loki.lines(scoped(flowQuery(set, OPTIONS).expr), start, end)).map(({ line }) => line);
    expect(found).toContain(JSON.stringify(FLOW));
    expect(found).not.toContain('not json');
    expect(await loki.figure(scoped(countQuery(set, OPTIONS, 120_000).expr), end + 1_000_000_000n)).toBe(found.length);
  });

  test('answers come in the streams that were stored, without the labels that the query set', async () => {
    const parsed = parseFilterText('bytes>1000 src_ip=10.0.0.1 interface=eth');
    const set = { ...NO_FILTERS, filters: parsed.ok ? parsed.value : [] };
    const [entry] = await loki.lines(scoped(flowQuery(set, OPTIONS).expr), start, end);
    const own = Object.keys(entry?.labels ?? {}).filter((label) => !/^(service_name|detected_level)$/.test(label));
    expect(own.sort()).toEqual(['app', 'test_run']);
  });
});
