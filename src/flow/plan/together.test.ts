import { describe, expect, it } from 'vitest';
import { NO_FILTERS, type Filter, type FilterSet } from '../index';
import {
  answersOf,
  askReadings,
  planReadings,
  type FlowView,
  type InstantSeries,
  type PlanSource,
  type ReadAnswer,
  type SharedRequest,
  type TopsAsked,
} from './index';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 4, 4, 12);
const day = { fromMs: NOW - 24 * HOUR, toMs: NOW };
const LEVELS = ['workload', 'source', 'destination', 'external', 'node'] as const;
const SOURCE: PlanSource = {
  labels: ['app', 'SrcK8S_Namespace', 'DstK8S_Namespace', 'FlowDirection'],
  recordSource: 'own',
  maxSeries: 5000,
  rollups: LEVELS.map((level) => ({
    level,
    tier: '1h',
    sinceMs: 0,
    untilMs: NOW,
    folded: 'none',
    keys: level === 'node' ? 100 : 1500,
  })),
};

const where = (...filters: Filter[]): FilterSet => ({ ...NO_FILTERS, filters });
const telnet = where({ field: 'Port', side: 'either', comparison: 'equals', values: ['23'] });
const tcp = where({ field: 'Proto', comparison: 'equals', values: ['tcp'] });

function asked(view: Partial<FlowView>, source = SOURCE, range = day): TopsAsked {
  return {
    view: { groupBy: [], measure: 'Bytes', filters: NO_FILTERS, ...view },
    range,
    source,
    options: { limit: 40, edges: 'rounded' },
  };
}

const PAIRS = asked({ groupBy: ['SrcK8S_Namespace', 'SrcK8S_OwnerName', 'DstK8S_Namespace', 'DstK8S_OwnerName'] });
const NAMESPACES = asked({ groupBy: ['SrcK8S_Namespace'] });
const APPLICATIONS = asked({ groupBy: ['Application'] });
const TELNET = asked({ groupBy: ['DstK8S_Namespace'], also: [telnet] });

describe('questions read together', () => {
  it('are those that one level answers, by all their fields', () => {
    const pods = asked({ groupBy: ['SrcK8S_Namespace', 'SrcK8S_Name'] });
    const readings = planReadings([PAIRS, NAMESPACES, pods, APPLICATIONS, TELNET], 2);
    expect(readings.map(({ questions }) => questions)).toEqual([[0, 1, 3, 4], [2]]);
    const { plan, plans } = readings[0]!;
    expect(plan.expr).toContain('level="workload"');
    expect(plan.expr).not.toContain('topk');
    expect(plan.view.groupBy).toEqual([...PAIRS.view.groupBy, 'Application', 'SrcPort', 'DstPort']);
    // What is said of an answer, and opened in Explore, is the question's own.
    expect(plans[1]!.expr).toMatch(/^topk\(40, .*sum by \(SrcK8S_Namespace\)/);
    expect(plans[1]!.why).toBe('From hourly sums by workload.');
  });

  it('share the filters that all have, and are told apart by the others', () => {
    const filtered = [PAIRS, NAMESPACES, TELNET].map((one) => ({ ...one, view: { ...one.view, filters: tcp } }));
    const [reading] = planReadings(filtered, 2);
    expect(reading!.plan.expr).toContain('| Proto="6" |');
    expect(reading!.plan.view.groupBy).not.toContain('Proto');
    const group = (names: Record<string, string>, value: number): InstantSeries => ({ labels: names, value });
    const answers = answersOf(reading!, [
      group({ SrcK8S_Namespace: 'shop', SrcK8S_OwnerName: 'web', DstK8S_Namespace: 'db', DstPort: '23' }, 5),
      group({ SrcK8S_Namespace: 'shop', SrcK8S_OwnerName: 'api', DstK8S_Namespace: 'db' }, 3),
      group({ DstK8S_Namespace: 'shop', SrcPort: '23' }, 100),
    ]);
    expect(answers.map(({ question, groups, complete }) => ({ question, groups, complete }))).toEqual([
      {
        question: 0,
        complete: true,
        groups: [
          group({ DstK8S_Namespace: 'shop' }, 100),
          group({ SrcK8S_Namespace: 'shop', SrcK8S_OwnerName: 'web', DstK8S_Namespace: 'db' }, 5),
          group({ SrcK8S_Namespace: 'shop', SrcK8S_OwnerName: 'api', DstK8S_Namespace: 'db' }, 3),
        ],
      },
      { question: 1, complete: true, groups: [group({}, 100), group({ SrcK8S_Namespace: 'shop' }, 8)] },
      {
        question: 2,
        complete: true,
        groups: [group({ DstK8S_Namespace: 'shop' }, 100), group({ DstK8S_Namespace: 'db' }, 5)],
      },
    ]);
  });

  it.each([
    ['of other ranges', asked({ groupBy: ['SrcK8S_Namespace'] }, SOURCE, { ...day, fromMs: NOW - 12 * HOUR })],
    ['of other measures', asked({ groupBy: ['SrcK8S_Namespace'], measure: 'Packets' })],
    ['that the level does not answer', asked({ groupBy: ['SrcK8S_Name'] })],
  ])('are none %s', (_what, other) => {
    const readings = planReadings([PAIRS, NAMESPACES, APPLICATIONS, other], 2);
    expect(readings.map(({ questions }) => questions)).toEqual([[0, 1, 2], [3]]);
  });

  it('are none where Loki gives fewer series than there are groups', () => {
    const small = { ...SOURCE, maxSeries: 500 };
    const readings = planReadings(
      [PAIRS, NAMESPACES, APPLICATIONS, TELNET].map((one) => ({ ...one, source: small })),
      2
    );
    expect(readings.map(({ questions }) => questions)).toEqual([[0], [1], [2], [3]]);
  });

  it('take no more room than the requests have', () => {
    const many = [day, { fromMs: day.fromMs - 24 * HOUR, toMs: day.fromMs }].flatMap((range) =>
      [PAIRS, NAMESPACES, APPLICATIONS, TELNET].map((one) => ({
        ...one,
        range,
        source: { ...SOURCE, maxSeries: 2000 },
      }))
    );
    const series = (requests: number) =>
      planReadings(many, requests).reduce((sum, { plan }) => sum + plan.maxSeries, 0);
    expect(series(1)).toBeLessThanOrEqual(2000);
    expect(series(2)).toBeGreaterThan(2000);
    expect(series(2)).toBeLessThanOrEqual(4000);
  });

  it('are read from flows once too, but by nothing that has too many values there', () => {
    const flows = { ...SOURCE, rollups: [], keys: { workload: 100, source: 300 } };
    const readings = planReadings(
      [PAIRS, NAMESPACES, APPLICATIONS, TELNET].map((one) => ({ ...one, source: flows })),
      2
    );
    expect(readings.map(({ questions }) => questions)).toEqual([[0, 1, 2], [3]]);
    expect(readings[0]!.plan.expr).toContain('netobserv-flowcollector');
  });
});

it('questions want fewer groups each where all together are more than Loki gives', () => {
  const small = { ...SOURCE, maxSeries: 500 };
  const many = Array.from({ length: 20 }, (_, index) => ({
    ...asked(
      { groupBy: ['SrcK8S_Name'], filters: where({ field: 'Proto', comparison: 'equals', values: [`${index}`] }) },
      small
    ),
    options: { limit: index === 0 ? 10 : 100, edges: 'rounded' as const },
  }));
  const readings = planReadings(many, 2);
  expect(readings.map(({ plan }) => plan.maxSeries).reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(1000);
  expect(readings.find(({ questions }) => questions[0] === 0)!.plan.maxSeries).toBe(10);
});

describe('asking', () => {
  const all = [PAIRS, NAMESPACES, APPLICATIONS, TELNET];

  async function answered(ask: (request: SharedRequest) => InstantSeries[], questions = all) {
    const [requests, answers, failures] = [[] as SharedRequest[], new Map<number, ReadAnswer>(), [] as number[]];
    await askReadings(
      questions,
      { requests: 2 },
      (request) => {
        requests.push(request);
        return Promise.resolve().then(() => ask(request));
      },
      {
        onAnswer: (answer) => answers.set(answer.question, answer),
        onFailure: (questions) => failures.push(...questions),
      }
    );
    return { requests, answers, failures };
  }

  it('answers each question, of those read together in one request', async () => {
    const { requests, answers } = await answered(() => [{ labels: { Application: 'dns' }, value: 7 }]);
    expect(requests).toHaveLength(1);
    expect([...answers.keys()].sort()).toEqual([0, 1, 2, 3]);
    expect(answers.get(2)!.groups).toEqual([{ labels: { Application: 'dns' }, value: 7 }]);
    expect(answers.get(3)!.groups).toEqual([]);
  });

  it('asks each by itself where there are more groups than were reckoned with', async () => {
    const { requests, answers, failures } = await answered(({ expr }) => {
      if (!expr.includes('topk')) {
        throw new Error('maximum number of series (5000) reached for a single query');
      }
      return [{ labels: { SrcK8S_Namespace: 'shop', plan: '1' }, value: 7 }];
    });
    expect(requests).toHaveLength(2);
    expect(answers.size).toBe(4);
    expect(failures).toEqual([]);
  });

  it.each([
    { message: 'parse error : input size too long (150000 > 131072)' },
    { message: '<html>\r\n<head><title>414 Request-URI Too Large</title></head>' },
    { status: 414, data: {} },
  ])('asks fewer questions at a time where a request is too long: %j', async (refusal) => {
    const small = { ...SOURCE, maxSeries: 500 };
    const apart = all.map((one) => ({ ...one, source: small }));
    const longest = Math.max(...planReadings(apart, 1).map(({ plan }) => plan.expr.length));
    const { requests, answers, failures } = await answered(({ expr }) => {
      if (expr.length > longest) {
        throw refusal as unknown as Error;
      }
      return [];
    }, apart);
    expect(requests.some(({ expr }) => expr.length > longest)).toBe(true);
    expect(answers.size).toBe(4);
    expect(failures).toEqual([]);
  });

  it('fails where one question alone is too long', async () => {
    const { requests, failures } = await answered(() => {
      throw new Error('parse error : input size too long (150000 > 131072)');
    });
    expect(requests).toHaveLength(1);
    expect(failures.sort()).toEqual([0, 1, 2, 3]);
  });

  it('says which questions failed for another reason', async () => {
    const { requests, failures } = await answered(() => {
      throw new Error('connection refused');
    });
    expect(requests).toHaveLength(1);
    expect(failures.sort()).toEqual([0, 1, 2, 3]);
  });
});
