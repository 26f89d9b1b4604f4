import { fieldDefinition } from '@netobserv-flows/schema';
import { viewSearch } from '../../data/savedViews';
import { parseSort } from '../../data/sortFlows';
import { filterField, filtersFromUrl, formatFilter } from '../../flow';

/** What a view shows, part by part, and what of it cannot be read. */
export interface ViewInWords {
  readonly parts: ReadonlyArray<{ readonly label: string; readonly text: string }>;
  readonly problems: readonly string[];
}

const titleOf = (name: string) => fieldDefinition(name)?.title ?? filterField(name)?.title;

function columnsIn(text: string, problems: string[]): string {
  return text
    .split(',')
    .map((name) => {
      const title = titleOf(name);
      if (title === undefined) {
        problems.push(`${name.slice(0, 100)}: there is no such column.`);
      }
      return title;
    })
    .filter((title) => title !== undefined)
    .join(', ');
}

function sortIn(text: string, problems: string[]): string {
  const sort = parseSort(text);
  if (sort === undefined) {
    problems.push(`sort: ${text.slice(0, 100)} is no column to sort by.`);
    return '';
  }
  return `${titleOf(sort.field)}, ${sort.descending ? 'highest first' : 'lowest first'}`;
}

const READERS: Readonly<Record<string, (text: string, problems: string[]) => string>> = {
  columns: columnsIn,
  sort: sortIn,
};

/** `histogram` → `Histogram`. */
function labelOf(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/**
 * What an address of the flow table shows.
 * @param text an address, or its search string.
 */
export function viewInWords(text: string): ViewInWords {
  const parameters = new URLSearchParams(viewSearch(text, { keepTime: true }));
  const filters = parameters.getAll('filter');
  const { set, problems: filterProblems } = filtersFromUrl({ filter: filters });
  const problems = [...filterProblems];
  const parts = set.filters.length === 0 ? [] : [{ label: 'Filters', text: set.filters.map(formatFilter).join('  ') }];
  for (const [name, value] of parameters) {
    const read = READERS[name]?.(value, problems) ?? value;
    if (name !== 'filter' && read !== '') {
      parts.push({ label: labelOf(name), text: read });
    }
  }
  return { parts, problems };
}
