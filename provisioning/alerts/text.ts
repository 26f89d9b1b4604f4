/*
 * Pieces of Grafana's templates for alerts (Go's text/template). A label that flows have no value for is not there,
 * which `with` passes over.
 */

/** The path of the flow table. */
const FLOW_TABLE = 'a/netobserv-flows-app/flows';

const label = (name: string) => `$labels.${name}`;

/** `namespace/workload` of one end, or what is known of it where it is outside the cluster. */
export function workloadText(side: 'Src' | 'Dst', outside = 'the outside'): string {
  const namespace = `{{ with ${label(`${side}K8S_Namespace`)} }}{{ . }}/{{ end }}`;
  return `${namespace}{{ with ${label(`${side}K8S_OwnerName`)} }}{{ . }}{{ else }}${outside}{{ end }}`;
}

/** A label's value, or words where there is none. */
export function labelText(name: string, without: string): string {
  return `{{ with ${label(name)} }}{{ . }}{{ else }}${without}{{ end }}`;
}

/** The value that the rule compares, short: `1.2k`. */
export const VALUE = '{{ with $values.A }}{{ humanize .Value }}{{ end }}';

/**
 * The address of the flow table with filters.
 * @param fixed filters as docs/filters.md writes them.
 * @param byLabel keywords of further filters, by the label that holds the value; left out where it has none.
 */
export function flowTableLink(fixed: readonly string[], byLabel: Readonly<Record<string, string>>): string {
  const own = Object.entries(byLabel).map(
    ([name, keyword]) =>
      `{{ with ${label(name)} }}&filter={{ urlquery (printf "${keyword}=%s" ${isNumber(name) ? '.' : '(printf "%q" .)'}) }}{{ end }}`
  );
  const given = fixed.map((filter) => `&filter=${encodeURIComponent(filter)}`);
  return `{{ externalURL }}${FLOW_TABLE}?from=now-2h&to=now${given.join('')}${own.join('')}`;
}

/** Whether a field's values stand without quotes in a filter. */
function isNumber(field: string): boolean {
  return /^Exporter$|Port$|Addr$/.test(field);
}
