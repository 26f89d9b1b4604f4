import { NO_FILTERS } from '../../flow';
import type { PlanSource } from '../../flow/plan';
import { answerCourse, planCourse } from './answerCourse';

jest.mock('../lokiMetrics', () => ({ runMetric: () => Promise.resolve([]) }));

const HOUR = 3_600_000;
const FROM = Date.UTC(2026, 2, 5, 14);
const SPAN = { fromMs: FROM, toMs: FROM + 1.5 * HOUR };

const source = (labels: readonly string[]): PlanSource => ({
  labels,
  rollups: [
    { level: 'node', tier: '10m', sinceMs: FROM - HOUR, untilMs: SPAN.toMs, folded: 'none', keys: 10 },
    { level: 'node', tier: '1h', sinceMs: FROM - HOUR, untilMs: FROM + HOUR, folded: 'none', keys: 10 },
  ],
});

const course = (labels: readonly string[]) =>
  answerCourse(
    { uid: 'loki' },
    planCourse(source(labels), { groupBy: [], measure: 'Bytes', filters: NO_FILTERS }, SPAN)
  );

describe('the course of a short range', () => {
  it('is of single flows, in fine steps', async () => {
    const { plan } = await course(['app', 'SrcK8S_Namespace']);
    expect([plan.stepMs, plan.parts]).toEqual([120_000, [{ source: 'flows', ...SPAN }]]);
  });

  it('is of sums where flows are no longer kept', async () => {
    const { plan } = await course([]);
    expect([plan.stepMs, plan.parts]).toEqual([600_000, [{ source: 'rollup', level: 'node', tier: '10m', ...SPAN }]]);
  });
});
