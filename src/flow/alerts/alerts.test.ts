import { describe, expect, it } from 'vitest';
import { NO_FILTERS, type FilterSet } from '../index';
import {
  filtersText,
  flowTableSearch,
  flowTableTemplate,
  labelFilter,
  literalText,
  objectsText,
  plainText,
  ruleDefaults,
  suggestedThreshold,
  windowText,
  type RuleDraft,
} from './index';

/** Values as a hostile flow, or a hostile address, may carry them. */
const HOSTILE = [
  '"} | drop',
  '`',
  '\\',
  '{{ .Labels }}',
  '}}',
  '&defaults=%7B%7D#',
  '</script>',
  '$__range',
  'línea\n\u0000',
  '😀"\'',
];

const DRAFT: RuleDraft = {
  name: 'Bytes sent',
  expr: 'sum(1)',
  dataSourceUid: 'loki',
  windowMs: 600_000,
  delayMs: 90_000,
  threshold: 5,
  annotations: { summary: 'much' },
};

describe('what the rule editor opens with', () => {
  it('is the query, its last value, a threshold, and the label by which flow rules are known', () => {
    const defaults = ruleDefaults({ ...DRAFT, folder: { uid: 'f', title: 'Network Observability' } });
    expect(defaults).toMatchObject({
      condition: 'C',
      folder: { uid: 'f' },
      labels: [
        { key: 'app', value: 'netobserv-flows' },
        { key: 'severity', value: 'warning' },
      ],
      annotations: [{ key: 'summary', value: 'much' }],
      noDataState: 'OK',
    });
    expect(defaults.queries.map(({ refId, model }) => [refId, model.type, model.expression])).toEqual([
      ['A', undefined, undefined],
      ['B', 'reduce', 'A'],
      ['C', 'threshold', 'B'],
    ]);
    expect(defaults.queries[0]).toMatchObject({
      datasourceUid: 'loki',
      relativeTimeRange: { from: 690, to: 0 },
      model: { expr: 'sum(1)', queryType: 'instant', instant: true },
    });
  });

  it.each(HOSTILE)('carries %j through JSON and an address as it is', (value) => {
    const defaults = ruleDefaults({ ...DRAFT, expr: value, name: value, annotations: { summary: value } });
    const search = new URLSearchParams({ defaults: JSON.stringify(defaults) }).toString();
    expect(JSON.parse(new URLSearchParams(search).get('defaults') ?? '')).toEqual(defaults);
    expect(new URLSearchParams(search).size).toBe(1);
  });

  it('cuts a name at what Grafana takes', () => {
    expect(ruleDefaults({ ...DRAFT, name: '😀'.repeat(300) }).name).toBe('😀'.repeat(190));
  });
});

describe('templates', () => {
  it('show text as it is, though it looks like a template', () => {
    expect(literalText('a {{ $labels.x }} b')).toBe('a {{ "{{" }} $labels.x }} b');
  });

  it('without an alert show where its values would stand', () => {
    expect(plainText('{{ with $values.A }}{{ humanize .Value }}{{ end }}B went to {{ $labels.x }}')).toBe(
      '…B went to …'
    );
    expect(plainText(`see ${flowTableTemplate([], [labelFilter('SrcAddr'), labelFilter('DstPort')])}.`)).toBe(
      'see …a/netobserv-flows-app/flows?….'
    );
    expect(plainText('no places')).toBe('no places');
  });

  it('name the objects of a grouping', () => {
    expect(objectsText(['SrcK8S_Namespace', 'SrcK8S_OwnerName', 'SrcK8S_OwnerType'])).toBe(
      '{{ with $labels.SrcK8S_Namespace }}{{ . }}/{{ end }}{{ with $labels.SrcK8S_OwnerName }}{{ . }}{{ else }}outside the cluster{{ end }}'
    );
    expect(objectsText(['SrcK8S_Type', 'DstK8S_Type'])).toContain(' → ');
    expect(objectsText([])).toBe('');
  });

  it('link to the flow table with the filters at hand and those of the alert', () => {
    const link = flowTableTemplate(
      [['filter', 'src_namespace="a&b"']],
      [labelFilter('DstK8S_Namespace'), labelFilter('DstPort')]
    );
    expect(link).toBe(
      '{{ externalURL }}a/netobserv-flows-app/flows?filter=src_namespace%3D%22a%26b%22' +
        '{{ if $labels.DstK8S_Namespace }}&filter={{ urlquery (printf "dst_namespace=%s" (printf "%q" $labels.DstK8S_Namespace)) }}' +
        '{{ else if $values }}&filter=dst_namespace%3D%22%22{{ end }}' +
        '{{ if $labels.DstPort }}&filter={{ urlquery (printf "dst_port=%s" $labels.DstPort) }}' +
        '{{ else if $values }}&filter=dst_port%3D%22%22{{ end }}'
    );
  });

  it('link to the flows of either end where that is what is meant, of any where the alert does not tell', () => {
    expect(flowTableTemplate([], [labelFilter('DstK8S_Namespace', true)])).toBe(
      '{{ externalURL }}a/netobserv-flows-app/flows?' +
        '{{ if $labels.DstK8S_Namespace }}&filter={{ urlquery (printf "namespace=%s" (printf "%q" $labels.DstK8S_Namespace)) }}{{ end }}'
    );
  });

  it.each(HOSTILE)('keep %j within the link', (value) => {
    const link = flowTableTemplate([['filter', value]], []);
    expect(link.slice('{{ externalURL }}'.length)).not.toContain('{{');
    expect(new URLSearchParams(flowTableSearch(link)).getAll('filter')).toEqual([value]);
  });
});

describe('the flow table’s address in an annotation', () => {
  it('is that of the rule where an alert’s parts are not filled in', () => {
    const link = flowTableTemplate(
      [
        ['from', 'now-2h'],
        ['filter', 'proto=tcp'],
      ],
      [labelFilter('SrcAddr'), labelFilter('SrcK8S_Namespace')]
    );
    expect(flowTableSearch(link)).toBe('from=now-2h&filter=proto%3Dtcp');
  });

  it('is that of a rule that was made before flows without a value were linked, too', () => {
    const link =
      '{{ externalURL }}a/netobserv-flows-app/flows?from=now-2h' +
      '{{ with $labels.DstPort }}&filter={{ urlquery (printf "dst_port=%s" .) }}{{ end }}';
    expect(flowTableSearch(link)).toBe('from=now-2h');
  });

  it('is the alert’s where it is filled in, wherever Grafana says that it is', () => {
    expect(flowTableSearch('https://g.example/sub/a/netobserv-flows-app/flows?filter=src_port%3D80#x')).toBe(
      'filter=src_port%3D80'
    );
  });

  it.each([
    'javascript:alert(1)',
    'https://evil.example/?x=a/netobserv-flows-app/flows',
    'https://evil.example/flows?a=1',
    '{{ .Evil }}a/netobserv-flows-app/flows?a=1',
    '',
  ])('is not read from %j', (text) => {
    expect(flowTableSearch(text)).toBeUndefined();
  });
});

describe('words', () => {
  it('name a view by its filters', () => {
    const set: FilterSet = {
      ...NO_FILTERS,
      filters: [
        { field: 'K8S_Namespace', side: 'src', comparison: 'equals', values: ['shop'] },
        { field: 'Port', side: 'dst', comparison: 'equals', values: ['443'], disabled: true },
      ],
    };
    expect(filtersText(set, ['DNS'])).toBe('DNS, src_namespace="shop"');
    expect(filtersText(NO_FILTERS, [])).toBe('');
  });

  it.each([
    [600_000, '10 minutes'],
    [3_600_000, '1 hour'],
    [90_000, '90 seconds'],
    [86_400_000, '24 hours'],
  ])('of %d ms are %s', (ms, text) => {
    expect(windowText(ms)).toBe(text);
  });

  it.each([
    [[], 0],
    [[0], 0],
    [[1_234_000, 5], 3_000_000],
    [[0.04], 0.08],
    [[0.035], 0.07],
    [[0.125], 0.3],
    [[NaN, 3], 6],
  ])('a threshold for %j is %d', (values, threshold) => {
    expect(suggestedThreshold(values)).toBe(threshold);
  });
});
