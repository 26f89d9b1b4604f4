import { formatFilters } from '../text/format';
import { parseFilterText } from '../text/parse';
import { failure, success, type Result } from '../result';
import { QUICK_FILTERS, type QuickFilter } from './quick';

/** The quick filters of a configuration. */
export interface QuickFilters {
  /** Those that can be used: the built-in ones as changed by the configuration, then its own. */
  readonly quick: readonly QuickFilter[];
  /** What could not be used, in words: which entry, what it says, and what it should. */
  readonly problems: readonly string[];
}

const MOST = 30;
const LONGEST_NAME = 40;

type Entry = QuickFilter | { readonly name: string; readonly hidden: true };

const shown = (value: unknown) => (JSON.stringify(value) ?? String(value)).slice(0, 120);

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function readEntry(value: unknown): Result<Entry> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return failure(`${shown(value)} is no entry; write { "name": "Web", "filter": "port=http,https" }`);
  }
  const { name, filter, match, hidden } = value as Record<string, unknown>;
  const trimmed = typeof name === 'string' ? name.trim() : '';
  if (trimmed === '' || trimmed.length > LONGEST_NAME) {
    return failure(`name is ${shown(name)}; give it a name of 1 to ${LONGEST_NAME} characters`);
  }
  if (hidden === true) {
    return success({ name: trimmed, hidden: true });
  }
  if (hidden !== undefined && hidden !== false) {
    return failure(`“${trimmed}”: hidden is ${shown(hidden)}; write true, or leave it out`);
  }
  if (typeof filter !== 'string' || filter.trim() === '') {
    return failure(`“${trimmed}”: filter is ${shown(filter)}; write filters such as "port=http,https"`);
  }
  if (match !== undefined && match !== 'all' && match !== 'any') {
    return failure(`“${trimmed}”: match is ${shown(match)}; write "all" or "any", or leave it out for all`);
  }
  const parsed = parseFilterText(filter);
  if (!parsed.ok) {
    return failure(`“${trimmed}”: filter is ${shown(filter)}: ${parsed.error}`);
  }
  return success({ name: trimmed, set: { filters: parsed.value, match: match ?? 'all', bidirectional: false } });
}

/**
 * The quick filters that a configuration asks for: a list of `{ name, filter, match?, hidden? }`, where `filter` is
 * text as typed into the search box. An entry of the name of a built-in one replaces it; `"hidden": true` takes it away.
 * @param value anything: it comes from a settings file (`jsonData.quickFilters`). Absent, the built-in ones stand.
 */
export function readQuickFilters(value: unknown): QuickFilters {
  if (value === undefined || value === null) {
    return { quick: QUICK_FILTERS, problems: [] };
  }
  if (!Array.isArray(value)) {
    return { quick: QUICK_FILTERS, problems: [`quickFilters is ${shown(value)}; write a list of entries`] };
  }
  const problems: string[] = [];
  const quick = [...QUICK_FILTERS];
  const entries: readonly unknown[] = value;
  if (entries.length > MOST) {
    problems.push(`quickFilters has ${entries.length} entries; the first ${MOST} are taken`);
  }
  entries.slice(0, MOST).forEach((one, index) => {
    const entry = readEntry(one);
    if (!entry.ok) {
      problems.push(`quickFilters[${index}]: ${entry.error}`);
      return;
    }
    const at = quick.findIndex(({ name }) => sameName(name, entry.value.name));
    const known = at < 0 ? quick.length : at;
    if (!('hidden' in entry.value)) {
      quick.splice(known, 1, entry.value);
    } else if (at < 0) {
      problems.push(`quickFilters[${index}]: “${entry.value.name}” is hidden, but there is none of that name`);
    } else {
      quick.splice(at, 1);
    }
  });
  return { quick, problems };
}

/** What a quick filter finds, in a sentence or, where it has none, as it would be typed. */
export function describeQuickFilter({ description, set }: QuickFilter): string {
  return description ?? `${formatFilters(set.filters)}${set.match === 'any' ? ' (any of them)' : ''}`;
}
