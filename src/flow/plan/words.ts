import type { LevelName } from '@netobserv-flows/schema';
import type { Choice } from './cover';
import type { PlanPart, TimeSpan } from './types';

const LEVEL_WORDS: Partial<Record<LevelName, string>> = {
  sourceNamespace: 'source namespace',
  destinationNamespace: 'destination namespace',
  sourceWorkload: 'source workload',
  destinationWorkload: 'destination workload',
};
const TIER_WORDS = { '1m': 'one-minute', '10m': 'ten-minute', '1h': 'hourly' } as const;

function sourceOf(part: PlanPart): string {
  return part.source === 'flows'
    ? 'single flows'
    : `${TIER_WORDS[part.tier]} sums by ${LEVEL_WORDS[part.level] ?? part.level}`;
}

function joined(words: readonly string[]): string {
  return words.length <= 1 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** Where an answer comes from and why, and whether it is exact to the last group. */
export function describePlan(
  range: TimeSpan,
  span: TimeSpan,
  parts: readonly PlanPart[],
  { usable, none }: Choice
): { readonly why: string; readonly exact: boolean } {
  const sources = [...new Set(parts.map(sourceOf))];
  const onlyFlows = parts.every(({ source }) => source === 'flows');
  const reasons = [`From ${joined(sources)}`];
  if (onlyFlows && usable.length > 0) {
    reasons.push(', as no whole bucket of the rollups lies in the range');
  } else if (onlyFlows && none !== undefined) {
    reasons.push(`: ${none}`);
  }
  const rounded = span.fromMs !== range.fromMs || span.toMs !== range.toMs;
  const used = parts.flatMap((part) => (part.source === 'rollup' ? [part.tier] : []));
  const exact = usable.every((one) => one.exact || !used.includes(one.coverage.tier));
  return {
    why:
      `${reasons.join('')}.` +
      (rounded ? ` Rounded to ${new Date(span.fromMs).toISOString()} – ${new Date(span.toMs).toISOString()}.` : '') +
      (exact ? '' : ' The smallest groups are together under (other).'),
    exact,
  };
}
