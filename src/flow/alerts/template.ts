/*
 * Pieces of Grafana's templates for alerts (Go's text/template). A label that flows have no value for is not there,
 * which `with` and `if` pass over.
 */
import { fieldDefinition, type FieldName } from '@netobserv-flows/schema';
import { filterField, filterFieldOf } from '../filter/fields';
import { nameOf } from '../text/names';

/** The path of the flow table. */
const FLOW_TABLE = 'a/netobserv-flows-app/flows';

const label = (name: string) => `$labels.${name}`;

/** Text that a template shows as it is, whatever it holds. */
export function literalText(text: string): string {
  return text.replace(/\{\{/g, '{{ "{{" }}');
}

/** What depends on an alert's labels and values; no branch of ours holds another. */
const BRANCHES = /\{\{ (?:with|if) [^{}]*\}\}(?:(?!\{\{ (?:with|if) ).)*?\{\{ end \}\}/gs;

/** A template without an alert: `…` for what an alert would fill in. */
export function plainText(template: string): string {
  return template
    .replace(BRANCHES, '…')
    .replace(/\{\{ "\{\{" \}\}/g, '{{')
    .replace(/\{\{(?! *\})[^{}]*\}\}/g, '…')
    .replace(/…+/g, '…');
}

/** `namespace/workload` of one end, or what is known of it where it is outside the cluster. */
export function workloadText(side: 'Src' | 'Dst', outside = 'the outside'): string {
  const namespace = `{{ with ${label(`${side}K8S_Namespace`)} }}{{ . }}/{{ end }}`;
  return `${namespace}{{ with ${label(`${side}K8S_OwnerName`)} }}{{ . }}{{ else }}${outside}{{ end }}`;
}

/** A label's value, or words where there is none. */
export function labelText(name: string, without: string): string {
  return `{{ with ${label(name)} }}{{ . }}{{ else }}${without}{{ end }}`;
}

/** A query's or expression's value, short: `1.2k`. */
export function valueText(refId: string): string {
  return `{{ with $values.${refId} }}{{ humanize .Value }}{{ end }}`;
}

/** A filter of the flow table whose value is that of a label. */
export interface LabelFilter {
  readonly label: string;
  /** As the text form of filters names it: `src_namespace`. */
  readonly keyword: string;
  /** Whether the value stands in quotes, as text does; numbers and addresses do not. */
  readonly quoted: boolean;
  /** Where there is no such label the flows are those without a value, rather than any. */
  readonly orEmpty: boolean;
}

/**
 * The filter for just the value of a field, on its own side or on either: that neither end has one would be too much to
 * ask where a group has none.
 */
export function labelFilter(field: FieldName, eitherSide = false): LabelFilter {
  const { field: name, side } = filterFieldOf(field);
  const info = filterField(name);
  return {
    label: field,
    keyword: info === undefined ? field : nameOf(info, eitherSide ? 'either' : side),
    quoted: fieldDefinition(field)?.type === 'string',
    orEmpty: !eitherSide,
  };
}

/** The alert that says that a query failed has no values, nor the labels of a group: it is about all flows. */
function labelParameter({ label: name, keyword, quoted, orEmpty }: LabelFilter): string {
  const value = quoted ? `(printf "%q" ${label(name)})` : label(name);
  const empty = orEmpty ? `{{ else if $values }}&filter=${encodeURIComponent(`${keyword}=""`)}` : '';
  return `{{ if ${label(name)} }}&filter={{ urlquery (printf "${keyword}=%s" ${value}) }}${empty}{{ end }}`;
}

/**
 * The address of the flow table as a template.
 * @param parameters of the address, in any characters.
 * @param byLabel further filters, whose values only the alert knows.
 */
export function flowTableTemplate(
  parameters: ReadonlyArray<readonly [name: string, value: string]>,
  byLabel: readonly LabelFilter[]
): string {
  const given = parameters.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  return `{{ externalURL }}${FLOW_TABLE}?${given}${byLabel.map(labelParameter).join('')}`;
}

/**
 * The search string of a flow table's address, as an alert's annotation or a rule's template has it, without what only
 * an alert could fill in. Whoever may edit rules writes annotations: nothing but that string is taken from them.
 * @returns undefined for what is no address of the flow table.
 */
export function flowTableSearch(annotation: string): string | undefined {
  const filled = annotation.replace(/^\{\{ externalURL \}\}/, '/').replace(BRANCHES, '');
  const mark = filled.indexOf('?');
  const path = mark === -1 ? filled : filled.slice(0, mark);
  if (filled.includes('{{') || !`/${path}`.endsWith(`/${FLOW_TABLE}`)) {
    return undefined;
  }
  return mark === -1 ? '' : new URLSearchParams(filled.slice(mark + 1).replace(/#.*$/s, '')).toString();
}
