import type { Figure, FlowsBehind } from '../../../components/panels/types';
import { formatByteRate, formatBytes, type RecordSource } from '../../../flow';
import { samplingError, type InstantSeries, type SampledTraffic } from '../../../flow/plan';
import { changeWithin, rateOf } from '../groups';
import { SAMPLING, TRAFFIC } from '../questions';
import { behind, type Answered, type Answers, type PanelRecipe } from '../recipe';
import { WAYS, type Way } from '../ways';

function sum(groups: readonly InstantSeries[] | undefined, way: Way): number {
  return (groups ?? [])
    .filter(({ labels }) => way.takes((labels.SrcK8S_Type ?? '') !== '', (labels.DstK8S_Type ?? '') !== ''))
    .reduce((total, { value }) => total + value, 0);
}

function sampledTraffic({ now }: Answered): SampledTraffic[] {
  return now.groups.map(({ labels, value }) => ({ sampling: Number(labels.Sampling ?? '') || 1, packets: value }));
}

const TIMES = 10;

/** How much more traffic there is than figures tell that were not scaled, in words. */
function unscaledText(traffic: readonly SampledTraffic[], most: number): string {
  const seen = traffic.reduce((sum, { packets }) => sum + packets, 0);
  const factor = traffic.reduce((sum, { sampling, packets }) => sum + sampling * packets, 0) / seen;
  const times = (factor < TIMES ? Number(factor.toFixed(1)) : Math.round(factor)).toLocaleString('en');
  const some = traffic.some(({ sampling }) => sampling !== most) ? 'Of some traffic only' : 'Only';
  return `${some} 1 in ${most.toLocaleString('en')} packets was seen, and figures are not scaled: real traffic is about ${times} times as much.`;
}

/**
 * How far figures may be off, in words; nothing where every packet was seen.
 * @param recordSource whose collector wrote the flows: NetObserv's does not scale what was sampled.
 */
export function errorText(answered: Answered, recordSource: RecordSource = 'own'): string {
  const traffic = sampledTraffic(answered);
  const error = traffic.length === 0 ? 0 : samplingError(traffic);
  if (error === 0 || !Number.isFinite(error)) {
    return '';
  }
  const most = Math.max(...traffic.map(({ sampling }) => sampling));
  if (recordSource === 'netobserv') {
    return unscaledText(traffic, most);
  }
  const percent = error * 100;
  const share = percent < 0.1 ? 'less than ±0.1%' : `±${percent.toFixed(percent < 10 ? 1 : 0)}%`;
  return `Estimated from 1 in ${most.toLocaleString('en')} packets: ${share} for all traffic together, more for small parts.`;
}

function figures(answers: Answers): Figure[] {
  const answered = answers.of(TRAFFIC);
  const all = sum(answered.now.groups, WAYS[0]!);
  return WAYS.map((way): Figure => {
    const { title, description, filters } = way;
    const value = sum(answered.now.groups, way);
    const rate = rateOf(value, answered.now);
    const share = all > 0 && filters.length > 0 ? `, ${Math.round((100 * value) / all)}%` : '';
    const flows: FlowsBehind = behind(...filters);
    return {
      title,
      description,
      value: formatBytes(value),
      bytes: value,
      rate,
      detail: `${formatByteRate(rate)}${share}`,
      change: changeWithin(answered, value, sum(answered.before?.groups, way)),
      behind: flows,
    };
  });
}

export const totalsPanel: PanelRecipe = {
  id: 'totals',
  title: 'How much traffic is there, and where does it go?',
  description:
    'Bytes of the time range and their rate, each packet counted once. An end is outside where Kubernetes knows no pod, Service or node for it.',
  asks: [TRAFFIC, SAMPLING],
  wide: 'page',
  look: (answers) => ({
    kind: 'figures',
    headline: errorText(answers.of(SAMPLING), answers.recordSource) || undefined,
    figures: figures(answers),
  }),
};
