import { portsNamed, protocolNumber } from '@netobserv-flows/schema';
import { validateFilter } from '../filter/condition';
import { filterField, type FilterFieldInfo } from '../filter/fields';
import { oppositeComparison, type Comparison, type Filter } from '../filter/model';
import { failure, success, type Result } from '../result';
import { parseAddressRange } from '../values/address';
import { parseMac } from '../values/mac';
import { readClauses, type Clause, type Operator, type WrittenValue } from './lexer';
import { fieldNamed, type NamedField } from './names';

const ORDERS: Readonly<Partial<Record<Operator, Comparison>>> = {
  '<': 'less',
  '<=': 'lessOrEqual',
  '>': 'greater',
  '>=': 'greaterOrEqual',
};

/** The way of comparing that quotes and stars stand for. */
function textComparison({ quoted, starBefore, starAfter }: WrittenValue): Comparison {
  if (starBefore === starAfter) {
    return quoted && !starBefore ? 'equals' : 'contains';
  }
  return starAfter ? 'starts' : 'ends';
}

function isText(info: FilterFieldInfo): boolean {
  return info.type === 'string' || info.type === 'strings';
}

/** `""` and a lone `*`: whether there is a value at all. */
function presence(values: readonly WrittenValue[], negated: boolean): Comparison | undefined {
  const [only] = values;
  if (values.length !== 1 || only === undefined || only.text !== '') {
    return undefined;
  }
  const present = only.starBefore || only.starAfter;
  if (!present && !only.quoted) {
    return undefined;
  }
  return present === negated ? 'empty' : 'notEmpty';
}

function comparisonOf(info: FilterFieldInfo, clause: Clause): Result<Comparison> {
  const order = ORDERS[clause.operator ?? '='];
  if (order !== undefined) {
    return success(order);
  }
  const negated = clause.operator === '!=';
  const ways = new Set(
    clause.values.map((value) => {
      const way = textComparison(value);
      // A star has a meaning where the beginning can be asked for; quotes add nothing to numbers and addresses.
      return isText(info) || (way === 'starts' && info.comparisons.includes(way)) ? way : 'equals';
    })
  );
  const [way, ...others] = [...ways];
  if (way === undefined || others.length > 0) {
    return failure(`${info.title}: the values of one filter are all compared the same way; use a filter for each way`);
  }
  return success(negated ? oppositeComparison(way) : way);
}

function starred(info: FilterFieldInfo, values: readonly WrittenValue[], comparison: Comparison): string | undefined {
  const star = values.find((value) => value.starBefore || value.starAfter);
  const allowed = isText(info) || comparison === 'starts' || comparison === 'notStarts';
  return star === undefined || allowed
    ? undefined
    : `${info.title} takes no star; give a whole value, a list or a range`;
}

function build(named: NamedField, clause: Clause): Result<Filter> {
  const info = filterField(named.field);
  if (info === undefined) {
    return failure(`${named.field} is not a field of flows`);
  }
  const order = ORDERS[clause.operator ?? '='] !== undefined;
  const presenceComparison = order ? undefined : presence(clause.values, clause.operator === '!=');
  const comparison = presenceComparison === undefined ? comparisonOf(info, clause) : success(presenceComparison);
  if (!comparison.ok) {
    return comparison;
  }
  const star = presenceComparison === undefined ? starred(info, clause.values, comparison.value) : undefined;
  if (star !== undefined) {
    return failure(star);
  }
  const filter: Filter = {
    ...named,
    comparison: comparison.value,
    values: presenceComparison === undefined ? clause.values.map((value) => value.text) : [],
    ...(clause.disabled ? { disabled: true } : {}),
  };
  const valid = validateFilter(filter);
  return valid.ok ? success(filter) : valid;
}

/** What a value without a field is looked for in: an address, a MAC, a protocol, a port, else a name. */
function fieldOfBareValue({ text, quoted, starBefore, starAfter }: WrittenValue): NamedField {
  const plain = !quoted && !starBefore && !starAfter;
  if (plain && parseAddressRange(text).ok) {
    return { field: 'Addr', side: 'either' };
  }
  if (plain && /[:.-]/.test(text) && parseMac(text) !== undefined) {
    return { field: 'Mac', side: 'either' };
  }
  if (plain && protocolNumber(text) !== undefined) {
    return { field: 'Proto' };
  }
  if (plain && (/^\d+$/.test(text) || portsNamed(text).length > 0)) {
    return { field: 'Port', side: 'either' };
  }
  // What is meant for an address is refused as one, rather than looked for in names.
  return plain && /^\d[\d.]*\/|^[\d.]+\.\d+$|\/\d+$/.test(text)
    ? { field: 'Addr', side: 'either' }
    : { field: 'K8S_Name', side: 'either' };
}

function parseClause(clause: Clause): Result<Filter> {
  if (clause.name !== undefined && clause.operator !== undefined) {
    const named = fieldNamed(clause.name);
    return named === undefined
      ? failure(`${clause.name} is not a field of flows; namespace, name, ip, port, proto, bytes are some`)
      : build(named, clause);
  }
  const [first] = clause.values;
  const unread = clause.values.find(({ text, quoted }) => !quoted && (text === '' || /[=<>]/.test(text)));
  return first === undefined || unread !== undefined
    ? failure(`${unread?.text === '' ? '*' : unread?.text} cannot be read as a filter; write one as namespace=demo`)
    : build(fieldOfBareValue(first), clause);
}

/**
 * Reads filters as people type them: `src_namespace=demo dst_name!=foo port:https bytes>1MB 10.0.0.0/8 name=*web`.
 * `docs/filters.md` tells the whole language.
 * @returns the filters, or the first thing that is wrong, in words.
 */
export function parseFilterText(text: string): Result<Filter[]> {
  const clauses = readClauses(text);
  if (!clauses.ok) {
    return clauses;
  }
  const filters: Filter[] = [];
  for (const clause of clauses.value) {
    const filter = parseClause(clause);
    if (!filter.ok) {
      return filter;
    }
    filters.push(filter.value);
  }
  return success(filters);
}
