import { NETOBSERV_LABELS } from '@netobserv-flows/schema';
import { INSECURE_PORTS, type Filter, type FilterSet } from '../../src/flow/index';
import type { TimeSpan } from '../../src/flow/plan/index';
import { ASKS, usageOf } from '../../src/pages/overview/questions';
import type { Server, Timed } from './server';

/** What is asked in NetObserv's way: groups of the flows that meet some conditions. */
export interface TheirQuestion {
  readonly groupBy: readonly string[];
  readonly measure: 'Bytes' | 'Packets' | 'Flows';
  readonly limit: number;
  /** Stream matchers and line filters, as its console plugin writes filters. */
  readonly matchers?: readonly string[];
  readonly lineFilters?: readonly string[];
}

function conditionOf({ field, side, comparison, values }: Filter): Pick<TheirQuestion, 'matchers' | 'lineFilters'> {
  const name = `${side === 'dst' ? 'Dst' : 'Src'}${field}`;
  if ((NETOBSERV_LABELS as readonly string[]).includes(name)) {
    const matcher = { empty: '=""', notEmpty: '!=""', equals: `="${values[0]}"` }[comparison as 'equals'];
    return { matchers: [`${name}${matcher}`] };
  }
  if (comparison !== 'notEmpty') {
    throw new Error(`how NetObserv asks for ${name} ${comparison} is not known here`);
  }
  return { lineFilters: [`|~\`"${name}":"[^"]+"\``] };
}

function theirs(groupBy: readonly string[], measure: string, limit: number, about: FilterSet | undefined) {
  const conditions = (about?.filters ?? []).map(conditionOf);
  return {
    groupBy,
    measure: measure as TheirQuestion['measure'],
    limit,
    matchers: conditions.flatMap(({ matchers = [] }) => matchers),
    lineFilters: conditions.flatMap(({ lineFilters = [] }) => lineFilters),
  };
}

const insecure = usageOf(undefined);

/** All that our overview asks, of the range alone and not of the period before it. */
export const OVERVIEW: readonly TheirQuestion[] = [
  ...ASKS.map(({ groupBy, measure, limit, about }) => theirs(groupBy, measure, limit, about)),
  {
    ...theirs(insecure.groupBy, insecure.measure, insecure.limit, undefined),
    lineFilters: [`|~\`"(Src|Dst)Port":(${INSECURE_PORTS.join('|')})[,}]\``],
  },
];

/** NetObserv's way: the rate of each step, over the whole range, of the series that are largest in some step. */
export function netobserv(server: Server, question: TheirQuestion, range: TimeSpan): Promise<Timed> {
  const { groupBy, measure, limit, matchers = [], lineFilters = ['|~``'] } = question;
  const stepMs = Math.max(30_000, Math.ceil((range.toMs - range.fromMs) / 60 / 30_000) * 30_000);
  const selector = ['app="netobserv-flowcollector"', ...matchers].join(',');
  const stream = `{${selector}}${lineFilters.join('')}|json|unwrap ${measure}|__error__=""`;
  const sums = `sum by(${groupBy.join(',')}) (rate(${stream}[${stepMs / 1000}s]))`;
  return server.range('netobserv', `topk(${limit}, ${sums})`, range.fromMs + stepMs, range.toMs, stepMs);
}
