import { isFieldName } from '@netobserv-flows/schema';
import { flowTableTemplate, valueText } from '../../src/flow/alerts/index';
import { LOKI_UID } from './dataSource';

export { labelText, workloadText } from '../../src/flow/alerts/index';

/** The value that the rule compares, short: `1.2k`. */
export const VALUE = valueText('A');

/** Hours that the flows behind an alert are looked for in, where it does not tell: it is about the last one or two. */
const USUAL_HOURS = 2;

/**
 * The address of the flow table with filters, over the data source that the rules ask.
 * @param fixed filters as docs/filters.md writes them.
 * @param byLabel keywords of further filters, by the label that holds the value. Where it has none, a flow's field is
 *   empty; other labels are no filter then.
 * @param hours how far back it looks.
 */
export function flowTableLink(
  fixed: readonly string[],
  byLabel: Readonly<Record<string, string>>,
  hours: number = USUAL_HOURS
): string {
  return flowTableTemplate(
    [
      ['from', `now-${hours}h`],
      ['to', 'now'],
      ['var-ds', LOKI_UID],
      ...fixed.map((filter) => ['filter', filter] as const),
    ],
    Object.entries(byLabel).map(([label, keyword]) => ({
      label,
      keyword,
      quoted: !isNumber(label),
      orEmpty: isFieldName(label),
    }))
  );
}

/** Whether a field's values stand without quotes in a filter. */
function isNumber(field: string): boolean {
  return /^Address$|Port$|Addr$/.test(field);
}
