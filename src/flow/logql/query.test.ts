import { DEFAULT_LABELS, NETOBSERV_LABELS } from '@netobserv-flows/schema';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  countQuery,
  flowQuery,
  matchesQuery,
  NO_FILTERS,
  parseFilterText,
  type FlowQueryOptions,
  type FilterSet,
} from '../index';
import { filterSets } from '../test/arbitraries';

const OWN: FlowQueryOptions = { labels: DEFAULT_LABELS, folded: false, duplicates: 'show' };

function query(text: string, options: Partial<FlowQueryOptions> = {}, more: Partial<FilterSet> = {}): string {
  const parsed = parseFilterText(text);
  if (!parsed.ok) {
    throw new Error(parsed.error);
  }
  return flowQuery({ ...NO_FILTERS, filters: parsed.value, ...more }, { ...OWN, ...options }).expr;
}

const APP = 'app="netobserv-flowcollector"';

describe('LogQL for flows', () => {
  test('no filters take every flow', () => {
    expect(query('')).toBe(`{${APP}}`);
  });

  test('duplicates are left out by the line alone', () => {
    expect(query('', { duplicates: 'hide' })).toBe(`{${APP}} != \`"Duplicate":true\``);
  });

  test('a label that every stream carries is decided by the index', () => {
    expect(query('src_namespace="demo"')).toBe(`{${APP}, SrcK8S_Namespace="demo"}`);
    expect(query('dst_namespace!="demo","x.y"')).toBe(`{${APP}, DstK8S_Namespace!~"demo|x[.]y"}`);
    expect(query('src_namespace=""')).toBe(`{${APP}, SrcK8S_Namespace=""}`);
    expect(query('src_namespace=*')).toBe(`{${APP}, SrcK8S_Namespace!=""}`);
    expect(query('', { direction: ['ingress', 'inner'] })).toBe(`{${APP}, FlowDirection=~"0|2"}`);
  });

  test('where streams may lack a label, those stay in and the line decides', () => {
    expect(query('src_namespace="demo"', { folded: true })).toBe(
      `{${APP}, SrcK8S_Namespace=~"demo|"} | json SrcK8S_Namespace="SrcK8S_Namespace"` +
        ` | SrcK8S_Namespace="demo" | __error__="" | drop SrcK8S_Namespace_extracted`
    );
  });

  test('either side is one filter of two labels, pruned by neither', () => {
    expect(query('namespace="demo"')).toBe(
      `{${APP}} | SrcK8S_Namespace="demo" or DstK8S_Namespace="demo" | __error__=""`
    );
  });

  test('bidirectional prunes by what both ways ask of a label', () => {
    expect(query('src_namespace="a" dst_namespace="b"', {}, { bidirectional: true })).toBe(
      `{${APP}, SrcK8S_Namespace=~"a|b", DstK8S_Namespace=~"b|a"}` +
        ` | (SrcK8S_Namespace="a" and DstK8S_Namespace="b") or (DstK8S_Namespace="a" and SrcK8S_Namespace="b") | __error__=""`
    );
  });

  test('fields of the line are pruned first, then parsed alone, then decided, then dropped', () => {
    expect(query('dst_port=https proto=tcp bytes>1MB')).toBe(
      `{${APP}} |= \`"DstPort":443\` |= \`"Proto":6\` | json DstPort="DstPort", Proto="Proto", Bytes="Bytes"` +
        ` | DstPort="443" | Proto="6" | Bytes>=1000001 | __error__="" | drop DstPort, Proto, Bytes`
    );
  });

  test('several numbers carry their anchors, which Loki would forget', () => {
    expect(query('dst_port=80,8080')).toContain('| DstPort=~"(?s)^(?:80|8080)$"');
  });

  test('match any compares numbers by pattern, so that an absent one sets no error', () => {
    expect(query('bytes>999 proto=tcp', {}, { match: 'any' })).toBe(
      `{${APP}} | json Bytes="Bytes", Proto="Proto"` +
        ` | Bytes=~"(?s)^(?:[1-9][0-9]{3}|[1-9][0-9]{4,})$" or Proto="6" | __error__="" | drop Bytes, Proto`
    );
  });

  test('a negated address is met by flows without one', () => {
    expect(query('src_ip!=10.0.0.0/8')).toContain('| (SrcAddr="" or (SrcAddr!=ip("10.0.0.0/8")))');
  });

  test('over NetObserv’s flows duplicates go by direction, and only flow records count', () => {
    expect(query('', { labels: NETOBSERV_LABELS, duplicates: 'hide', recordSource: 'netobserv' })).toBe(
      `{${APP}, _RecordType=~"flowLog|"} | FlowDirection!="1" or DstK8S_Type="" or DstK8S_Type="Service" | __error__=""`
    );
  });

  test('labels that are no fields are passed over', () => {
    expect(query('', { labels: ['service_name', 'app', 'x"} or {'] })).toBe(`{${APP}}`);
  });

  test('the count asks for the same flows', () => {
    const { expr } = countQuery(NO_FILTERS, { ...OWN, duplicates: 'hide' }, 90_500);
    expect(expr).toBe(`sum(count_over_time({${APP}} != \`"Duplicate":true\` [90500ms]))`);
  });

  test('always begins with a stream matcher and closes every literal, whatever the values', () => {
    fc.assert(
      fc.property(filterSets, fc.boolean(), (set, folded) => {
        const { expr } = flowQuery(set, { ...OWN, folded });
        expect(expr.startsWith(`{${APP}`)).toBe(true);
        const rest = expr.replace(/`[^`]*`|"(?:[^"\\\n]|\\.)*"/g, '');
        expect(rest).toMatch(/^\{[\w\s,=!~]*\}[\w\s|,=!~()<>]*$/);
      }),
      { numRuns: 2000 }
    );
  });
});

describe('options in memory', () => {
  const flow = { FlowDirection: 1, DstK8S_Type: 'Pod', Duplicate: true };
  test('say the same as the query', () => {
    expect(matchesQuery(NO_FILTERS, OWN, flow)).toBe(true);
    expect(matchesQuery(NO_FILTERS, { ...OWN, duplicates: 'hide' }, flow)).toBe(false);
    expect(matchesQuery(NO_FILTERS, { ...OWN, direction: ['ingress'] }, flow)).toBe(false);
    expect(matchesQuery(NO_FILTERS, { ...OWN, direction: ['egress'] }, { FlowDirection: '1' })).toBe(true);
    const netobserv = { ...OWN, duplicates: 'hide', recordSource: 'netobserv' } as const;
    expect(matchesQuery(NO_FILTERS, netobserv, { FlowDirection: 1, DstK8S_Type: 'Pod' })).toBe(false);
    expect(matchesQuery(NO_FILTERS, netobserv, { FlowDirection: 1, DstK8S_Type: 'Service' })).toBe(true);
    expect(matchesQuery(NO_FILTERS, netobserv, { FlowDirection: 1 })).toBe(true);
    expect(matchesQuery(NO_FILTERS, netobserv, { FlowDirection: 0, DstK8S_Type: 'Pod' })).toBe(true);
  });
});
