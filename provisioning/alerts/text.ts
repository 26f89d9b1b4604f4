import { flowTableTemplate, valueText } from '../../src/flow/alerts/index';

export { labelText, workloadText } from '../../src/flow/alerts/index';

/** The value that the rule compares, short: `1.2k`. */
export const VALUE = valueText('A');

/**
 * The address of the flow table with filters.
 * @param fixed filters as docs/filters.md writes them.
 * @param byLabel keywords of further filters, by the label that holds the value; left out where it has none.
 */
export function flowTableLink(fixed: readonly string[], byLabel: Readonly<Record<string, string>>): string {
  return flowTableTemplate(
    [['from', 'now-2h'], ['to', 'now'], ...fixed.map((filter) => ['filter', filter] as const)],
    Object.entries(byLabel).map(([label, keyword]) => ({ label, keyword, quoted: !isNumber(label) }))
  );
}

/** Whether a field's values stand without quotes in a filter. */
function isNumber(field: string): boolean {
  return /^Exporter$|Port$|Addr$/.test(field);
}
