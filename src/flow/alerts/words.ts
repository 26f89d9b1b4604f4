import type { FieldName } from '@netobserv-flows/schema';
import { formatFilters } from '../text/format';
import { activeFilters, type FilterSet } from '../filter/model';
import { labelText } from './template';

/** What names an end, from the wide to the narrow; kinds and types say nothing of which one it is. */
const NAMING = ['K8S_Namespace', 'K8S_OwnerName', 'K8S_Name', 'K8S_Service', 'K8S_HostName', 'Addr', 'Port'] as const;

/** What an end without a name is: Kubernetes knows nothing of it. */
const OUTSIDE = 'outside the cluster';

/** Longest text of filters in a name, in characters; Grafana allows 190 for the whole. */
const LONGEST_WHERE = 100;

function endText(side: 'Src' | 'Dst', groupBy: readonly FieldName[]): string {
  const has = (name: string) => groupBy.includes(`${side}${name}` as FieldName);
  const [narrowest, ...wider] = NAMING.filter(has).reverse();
  if (narrowest === undefined) {
    return has('K8S_Type') ? labelText(`${side}K8S_Type`, OUTSIDE) : '';
  }
  const before = wider.reverse().map((name) => `{{ with $labels.${side}${name} }}{{ . }}/{{ end }}`);
  const without = has('SubnetLabel') ? labelText(`${side}SubnetLabel`, OUTSIDE) : OUTSIDE;
  return `${before.join('')}${labelText(`${side}${narrowest}`, without)}`;
}

/** The objects of one alert, by the labels of a grouping, as a template; nothing where there is no grouping. */
export function objectsText(groupBy: readonly FieldName[]): string {
  const [source, destination] = [endText('Src', groupBy), endText('Dst', groupBy)];
  const ends = source !== '' && destination !== '' ? `${source} → ${destination}` : source || destination;
  const application = groupBy.includes('Application') ? labelText('Application', 'no well-known port') : '';
  return [application, ends].filter((text) => text !== '').join(': ');
}

/** The filters of a view in their text form, to name it by; nothing where there are none. */
export function filtersText({ filters, match, bidirectional }: FilterSet, quick: readonly string[]): string {
  const active = activeFilters({ filters, match, bidirectional });
  const text = formatFilters(active)
    .replace(/[\u0000-\u001f\u007f]/g, ' ')
    .trim();
  const short = text.length > LONGEST_WHERE ? `${[...text].slice(0, LONGEST_WHERE).join('')}…` : text;
  const any = match === 'any' && active.length > 1 ? 'any of ' : '';
  return [...quick, ...(short === '' ? [] : [`${any}${short}`])].join(', ');
}

/** A length of time in words: `10 minutes`, `6 hours`. */
export function windowText(ms: number): string {
  const [count, unit] =
    ms % 3_600_000 === 0
      ? [ms / 3_600_000, 'hour']
      : ms % 60_000 === 0
        ? [ms / 60_000, 'minute']
        : [Math.round(ms / 1000), 'second'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** A threshold above what is usual now: twice the largest value, to one digit; 0, any at all, where there is none. */
export function suggestedThreshold(values: readonly number[]): number {
  const twice = 2 * Math.max(0, ...values.filter(Number.isFinite));
  if (twice <= 0) {
    return 0;
  }
  // As text: 3 times 0.1 is 0.30000000000000004.
  const [digits, power] = twice.toExponential().split('e');
  return Number(`${Math.ceil(Number(digits))}e${power}`);
}
