import type { Filter } from '../filter/model';
import { QUICK_PARAMETER } from '../quick/url';
import { failure, success, type Result } from '../result';
import { GRAFANA_PARAMETERS } from './grafanaParameters';
import { readClauses } from './lexer';
import { parseFilterText } from './parse';
import { FILTER_PARAMETERS } from './url';

/** What a pasted text is. */
export type Pasted =
  /** The address of a view: `search` is its parameters with a leading `?`, fit to be put behind the page's path. */
  | { readonly kind: 'view'; readonly search: string }
  /** Filters; `named` where each of them names its field, so that nobody can have meant a part of a value. */
  | { readonly kind: 'filters'; readonly filters: readonly Filter[]; readonly named: boolean };

/**
 * Where the flow table lives, below whatever Grafana's own path is. Addresses of other pages say what the table does not
 * know, such as the overview's scope: without it they would be of other flows.
 */
const TABLE_PATH = /\/a\/netobserv-flows-app\/flows\/?$/;

const LONGEST = 20_000;

function viewOf(parameters: URLSearchParams): Result<Pasted> {
  GRAFANA_PARAMETERS.forEach((name) => parameters.delete(name));
  const search = parameters.toString();
  return search === ''
    ? failure('the address holds nothing but a page; open it instead')
    : success({ kind: 'view', search: `?${search}` });
}

function urlOf(text: string): URL | undefined {
  try {
    return new URL(text, 'http://localhost');
  } catch {
    // `URL.canParse` would tell without throwing, but not in every browser that Grafana supports.
    return undefined;
  }
}

/** The parameters of what looks like an address; undefined for what does not. */
function readAddress(text: string): Result<Pasted> | undefined {
  if (/^https?:\/\//i.test(text) || /^\/[^\s]*\/?a\/netobserv-flows-app/.test(text)) {
    const url = urlOf(text);
    if (url === undefined) {
      return failure(`${text.slice(0, 100)} is not an address; copy it from the browser again`);
    }
    return TABLE_PATH.test(url.pathname)
      ? viewOf(url.searchParams)
      : failure(
          `${text.slice(0, 100)} is not an address of the flow table; those end in /a/netobserv-flows-app/flows?…`
        );
  }
  const known = [...Object.values(FILTER_PARAMETERS), QUICK_PARAMETER].join('|');
  return text.startsWith('?') || new RegExp(`^(?:${known})=[^\\s]*%[0-9a-f]{2}`, 'i').test(text)
    ? viewOf(new URLSearchParams(text))
    : undefined;
}

/**
 * Reads what somebody pastes: the address of a view of the flow table, its parameters alone (`?filter=…`), or filters
 * as text. Nothing of it is trusted: of an address only the parameters are kept.
 * @returns what it is, or in words why it is none of these.
 */
export function readPasted(text: string): Result<Pasted> {
  const trimmed = text.trim();
  if (trimmed.length > LONGEST) {
    return failure(`the text has ${trimmed.length} characters; up to ${LONGEST} are read`);
  }
  const address = readAddress(trimmed);
  if (address !== undefined) {
    return address;
  }
  const parsed = parseFilterText(trimmed);
  if (!parsed.ok) {
    return parsed;
  }
  const clauses = readClauses(trimmed);
  const named = clauses.ok && clauses.value.length > 0 && clauses.value.every(({ name }) => name !== undefined);
  return success({ kind: 'filters', filters: parsed.value, named });
}
