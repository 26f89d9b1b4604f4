import { FieldType, toDataFrame, type DataQueryRequest } from '@grafana/data';
import { of, throwError, type Observable } from 'rxjs';
import { NO_FILTERS } from '../../flow';
import { forgetLabels } from '../loki';
import type { AlertSubject } from './alertSubject';
import { alertDefaults, ruleEditorUrl, ruleUrls } from './createAlert';

const NOW = Date.UTC(2026, 4, 4, 12, 7);
const HOUR_MS = 3_600_000;

const mockGetResource = jest.fn<Promise<unknown>, unknown[]>();
const mockQuery = jest.fn<Observable<unknown>, [DataQueryRequest]>();
const mockFetch = jest.fn<Observable<unknown>, unknown[]>();

jest.mock('@grafana/runtime', () => ({
  ...jest.requireActual('@grafana/runtime'),
  getBackendSrv: () => ({ fetch: mockFetch }),
  getDataSourceSrv: () => ({
    get: () => Promise.resolve({ type: 'loki', name: 'Loki', getResource: mockGetResource, query: mockQuery }),
  }),
}));

const SUBJECT: AlertSubject = {
  title: 'Bytes sent by namespace',
  view: { groupBy: ['SrcK8S_Namespace'], measure: 'Bytes', filters: NO_FILTERS },
  windowMs: HOUR_MS,
  limit: 40,
  where: 'proto=tcp',
  flows: [['filter', 'proto=tcp']],
};

const answered = (refId: string, series: ReadonlyArray<readonly [Record<string, string>, number]>) =>
  series.map(([labels, value]) =>
    toDataFrame({
      refId,
      fields: [
        { name: 'Time', type: FieldType.time, values: [NOW] },
        { name: 'Value', type: FieldType.number, values: [value], labels },
      ],
    })
  );

const COVERAGE: ReadonlyArray<readonly [Record<string, string>, number]> = [
  [{ Level: 'workload', tier: '10m', fact: 'since' }, 0],
  [{ Level: 'workload', tier: '10m', fact: 'last' }, Date.UTC(2026, 4, 4, 11, 50)],
  [{ Level: 'workload', tier: '10m', fact: 'lateness' }, 60_000],
];

/** Makes Loki answer questions with values, and fail with an error as often as told. */
function loki(values: readonly number[], failures: readonly Error[] = []) {
  const asked: string[] = [];
  const left = [...failures];
  mockQuery.mockImplementation(({ targets }) => {
    const [{ refId, expr }] = targets as unknown as Array<{ refId: string; expr: string }>;
    if (expr.includes('"fact"')) {
      return of({ data: answered(refId, COVERAGE) });
    }
    asked.push(expr);
    const failure = left.shift();
    return failure === undefined
      ? of({
          data: answered(
            refId,
            values.map((value, index) => [{ SrcK8S_Namespace: `n${index}` }, value])
          ),
        })
      : throwError(() => failure);
  });
  return asked;
}

beforeEach(() => {
  forgetLabels();
  mockGetResource.mockResolvedValue({ data: ['app', 'SrcK8S_Namespace', 'DstK8S_Namespace'] });
  mockFetch.mockReturnValue(of({ data: [{ uid: 'f1', title: 'Network Observability' }] }));
});

describe('what the rule editor opens with', () => {
  it('is the planner’s query of the last stretch, tried once, with a threshold above what is usual', async () => {
    const asked = loki([1_200_000, 300]);
    const defaults = await alertDefaults('loki', SUBJECT, NOW);
    const [query] = defaults.queries;
    expect(asked).toEqual([query!.model.expr]);
    expect(query!.model.expr).toMatch(/^topk\(40, sum by \(SrcK8S_Namespace\).*netobserv-rollup.*\[3600s\] offset 90s/);
    expect(defaults).toMatchObject({ name: 'Bytes sent by namespace (proto=tcp)', folder: { uid: 'f1' } });
    expect(defaults.queries[2]!.model.conditions).toMatchObject([{ evaluator: { type: 'gt', params: [3_000_000] } }]);
    const flows = defaults.annotations.find(({ key }) => key === 'flows')!.value;
    expect(flows).toContain('from=now-2h&to=now&filter=proto%3Dtcp&var-ds=loki');
    expect(flows).toContain('src_namespace=%s');
  });

  it('is a rate for the flow table', async () => {
    loki([5]);
    const view = { ...SUBJECT.view, groupBy: [] };
    const { queries } = await alertDefaults('loki', { ...SUBJECT, view, windowMs: 600_000, perSecond: true }, NOW);
    expect(queries[0]!.model.expr).toMatch(/^sum\(.*\[600s\] offset 90s\)\) \/ 600$/);
  });

  it('leaves out what was there before, and fires for any', async () => {
    loki([5]);
    const { queries } = await alertDefaults('loki', { ...SUBJECT, onlyNew: true, any: true }, NOW);
    expect(queries[0]!.model.expr).toMatch(/\[3600s\] offset 90s.* unless topk\(500, .*\[3600s\] offset 3690s/);
    expect(queries[2]!.model.conditions).toMatchObject([{ evaluator: { params: [0] } }]);
  });

  it('asks in more shares where Loki finds too many groups', async () => {
    const asked = loki([5], [new Error('maximum number of series (500) reached for a single query')]);
    const { queries } = await alertDefaults('loki', SUBJECT, NOW);
    expect(asked).toHaveLength(2);
    expect(queries[0]!.model.expr).toBe(asked[1]);
    expect(asked[1]!.length).toBeGreaterThan(asked[0]!.length);
  });

  it('is not, where the query fails: the reason is told', async () => {
    loki([], [new Error('context deadline exceeded')]);
    await expect(alertDefaults('loki', SUBJECT, NOW)).rejects.toThrow('context deadline exceeded');
  });

  it('leaves the folder to the person where the usual one is not there', async () => {
    loki([]);
    mockFetch.mockReturnValue(of({ data: [] }));
    const defaults = await alertDefaults('loki', SUBJECT, NOW);
    expect(defaults.folder).toBeUndefined();
    expect(defaults.queries[2]!.model.conditions).toMatchObject([{ evaluator: { params: [0] } }]);
  });

  it.each(['"} or vector(1)', '`', '\\', '$__range', '{{ .x }}', '&defaults={}#'])(
    'holds the value %j of a filter as text: in LogQL, JSON, address and annotations',
    async (value) => {
      loki([5]);
      const filters = {
        ...NO_FILTERS,
        filters: [{ field: 'K8S_Namespace', side: 'src', comparison: 'equals', values: [value] } as const],
      };
      const subject = { ...SUBJECT, view: { ...SUBJECT.view, filters }, where: value };
      const defaults = await alertDefaults('loki', subject, NOW);
      const url = new URL(ruleEditorUrl(defaults, '/a/x?filter=1&y=2'), 'http://grafana');
      expect([...url.searchParams.keys()]).toEqual(['defaults', 'returnTo']);
      expect(JSON.parse(url.searchParams.get('defaults')!)).toEqual(defaults);
      const { expr } = defaults.queries[0]!.model;
      // What stands in quotes gone, nothing of the value is left.
      const bare = String(expr).replace(/"(?:[^"\\]|\\.)*"|`[^`]*`/g, '""');
      expect(bare).not.toContain(value);
      expect(expr).not.toContain('$__range');
      const summary = defaults.annotations.find(({ key }) => key === 'summary')!.value;
      expect(summary).not.toContain('{{ .x }}');
    }
  );
});

it('addresses of a rule hold its uid as one part', () => {
  expect(ruleUrls('a/b?c')).toEqual({
    view: '/alerting/grafana/a%2Fb%3Fc/view',
    edit: '/alerting/a%2Fb%3Fc/edit',
  });
});
