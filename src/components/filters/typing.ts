import { parseFilterText, type Filter } from '../../flow';

/** What is being typed at the end of a filter text. */
export interface Typing {
  /** The text before the clause being typed. */
  readonly before: string;
  /** Name and operator as typed, once there is an operator: `src_namespace=`, `port !=`. */
  readonly head?: string;
  /** The field named, once an operator follows; with the values that are complete already, and how they compare. */
  readonly filter?: Filter;
  /** The part of a name, or of a value, typed so far. */
  readonly fragment: string;
}

const TOKEN = /"(?:[^"\\]|\\[\s\S])*"?|[\s;]+|[^\s;"]+/g;
const BEGINS_WITH_OPERATOR = /^\s*(?:!=|<=|>=|=|:|<|>)/;
const ENDS_OPEN = /(?:[=:<>]|,)\s*$/;

/** Where the last clause of a text begins: after a blank or `;` that is neither quoted nor around an operator. */
function lastClauseStart(text: string): number {
  let start = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [token] = match;
    const end = match.index + token.length;
    const parts = /^[\s;]/.test(token);
    const joined =
      !token.includes(';') &&
      (ENDS_OPEN.test(text.slice(start, match.index)) || BEGINS_WITH_OPERATOR.test(text.slice(end)));
    if (parts && !joined) {
      start = end;
    }
  }
  return start;
}

const CLAUSE = /^(off:)?([A-Za-z][\w.]*)(\s*(?:!=|<=|>=|=|:|<|>)\s*)([\s\S]*)$/;
/** Complete alternatives, each with its comma. */
const COMPLETE = /^(?:\*?(?:"(?:[^"\\]|\\[\s\S])*"|[^\s",;]+)\*?\s*,\s*)*/;

/** A filter on the field of a name. The parser knows the names, and wants a value that goes with the field. */
function namedFilter(name: string): Filter | undefined {
  const readings = ['""', 'true'].map((value) => parseFilterText(`${name}=${value}`));
  return readings.flatMap((reading) => (reading.ok ? reading.value : []))[0];
}

/** The field of a name, such as `src_port`; undefined for a name that is none. */
export function namedField(name: string): Pick<Filter, 'field' | 'side'> | undefined {
  return /^[A-Za-z][\w.]*$/.test(name) ? namedFilter(name) : undefined;
}

/** The filter that the complete values make, or the field compared by `is` where there are none yet. */
function filterSoFar(name: string, operator: string, complete: string, off: boolean): Filter | undefined {
  const named = namedFilter(name);
  if (named === undefined) {
    return undefined;
  }
  const disabled = off ? { disabled: true } : {};
  const values = complete.replace(/\s*,\s*$/, '');
  const parsed = values === '' ? undefined : parseFilterText(`${name}${operator}${values}`);
  const [filter] = parsed?.ok === true ? parsed.value : [];
  return filter === undefined
    ? { ...named, ...disabled, comparison: operator.trim() === '!=' ? 'notEquals' : 'equals', values: [] }
    : { ...filter, ...disabled };
}

/** Reads the end of a text: a name that is begun, or a field, its complete values, and the beginning of another. */
export function readTyping(text: string): Typing {
  const start = lastClauseStart(text);
  const before = text.slice(0, start);
  const clause = text.slice(start);
  const [, off = '', name, operator = '', rest = ''] = CLAUSE.exec(clause) ?? [];
  if (name === undefined) {
    return { before, fragment: clause.replace(/^off:|^"|"$/g, '') };
  }
  const [complete = ''] = COMPLETE.exec(rest) ?? [];
  return {
    before,
    head: `${off}${name}${operator}`,
    fragment: rest.slice(complete.length).replace(/^[*"]+|[*"]+$/g, ''),
    filter: filterSoFar(name, operator, complete, off !== ''),
  };
}
