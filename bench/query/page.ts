import { DEFAULT_LABELS } from '@netobserv-flows/schema';
import { topsAsked } from '../../src/data/plan/topsAsked';
import { NO_FILTERS, QUICK_FILTERS } from '../../src/flow/index';
import {
  askReadings,
  coverageOf,
  coverageQuery,
  planSeries,
  planTops,
  type PlanSource,
  type TimeSpan,
} from '../../src/flow/plan/index';
import { courseView, periodBefore, questionsOf, TOPS_REQUESTS } from '../../src/pages/overview/asking';
import { ASKS, protocolsOf, TRAFFIC, usageOf } from '../../src/pages/overview/questions';
import type { Server, Tenant, Timed } from './server';

const HOUR = 3_600_000;
const PAGE = { set: NO_FILTERS, also: [] };

/** What an overview took, and what came of it. */
export interface PageCost {
  /** Requests to Loki, with that for labels. */
  readonly requests: number;
  readonly seconds: number;
  /** CPU seconds of Loki. */
  readonly cpu: number;
  readonly failed: readonly string[];
  /** Bytes in all, and the same from single flows where those were asked. */
  readonly total: number;
  readonly expected?: number;
}

/** Which rollups there are in a range. */
export async function sourceOf(server: Server, tenant: Tenant, range: TimeSpan): Promise<PlanSource> {
  const { expr, timeMs } = coverageQuery(range);
  const { series = [] } = await server.instant(tenant, expr, timeMs);
  const found = series.map(({ metric, value }) => ({ labels: metric, value: Number(value?.[1]) }));
  const maxSeries = await server.maxQuerySeries(tenant);
  return { labels: DEFAULT_LABELS, folded: false, rollups: coverageOf(found, Date.now(), range.toMs), maxSeries };
}

/**
 * The whole overview as the app asks it, cold: all its panels, the period before and the course over time.
 * @param checked whether its total is compared with that of single flows, which takes its time afterwards.
 */
export async function overview(server: Server, tenant: Tenant, span: TimeSpan, checked: boolean): Promise<PageCost> {
  await server.restart();
  const started = performance.now();
  const cpuBefore = server.cpu();
  const source = await sourceOf(server, tenant, { ...span, fromMs: periodBefore(span).fromMs });
  const insecure = QUICK_FILTERS.find(({ name }) => name === 'Insecure protocols');
  const ofInsecure = [usageOf(insecure!.set), protocolsOf(insecure!.set)];
  const questions = questionsOf([{ asks: [...ASKS, ...ofInsecure] }], PAGE, span, true);
  const failed: string[] = [];
  // Labels, limits, and which rollups there are.
  let requests = 3;
  let total = 0;
  let answeredSpan = span;
  const told = ({ refused }: Timed) => failed.push(...(refused === undefined ? [] : [refused]));
  const tops = askReadings(
    topsAsked(questions, source),
    { requests: TOPS_REQUESTS },
    async ({ expr, timeMs }) => {
      requests++;
      const { refused, series = [] } = await server.instant(tenant, expr, timeMs);
      if (refused !== undefined) {
        throw new Error(refused);
      }
      return series.map(({ metric, value }) => ({ labels: metric, value: Number(value?.[1]) }));
    },
    {
      onAnswer: ({ question, groups, plan }) => {
        const { ask, period } = questions[question]!;
        if (ask === TRAFFIC && period === 'now') {
          total = groups.reduce((sum, { value }) => sum + value, 0);
          answeredSpan = plan.span;
        }
      },
      onFailure: (_questions, error) => failed.push(String(error)),
    }
  );
  const stepMs = span.toMs - span.fromMs >= 12 * HOUR ? HOUR : 600_000;
  const course = planSeries(courseView(PAGE), span, source, { stepMs, edges: 'rounded' });
  const courses = course.queries.map(async ({ expr, startMs, endMs, stepMs: step }) => {
    requests++;
    told(await server.range(tenant, expr, startMs, endMs, step));
  });
  await Promise.all([tops, ...courses]);
  const seconds = (performance.now() - started) / 1000;
  const cpu = server.cpu() - cpuBefore;
  const cost = { requests, seconds, cpu, failed, total };
  return checked ? { ...cost, expected: await totalOfFlows(server, tenant, answeredSpan) } : cost;
}

/** The bytes of single flows; undefined where Loki refuses. */
async function totalOfFlows(server: Server, tenant: Tenant, span: TimeSpan): Promise<number | undefined> {
  const raw = planTops(
    { groupBy: [], measure: 'Bytes', filters: NO_FILTERS },
    span,
    { labels: DEFAULT_LABELS, folded: false, rollups: [] },
    { edges: 'exact' }
  );
  const { series, refused } = await server.instant(tenant, raw.expr, raw.timeMs);
  return refused === undefined ? Number(series?.[0]?.value?.[1]) : undefined;
}
