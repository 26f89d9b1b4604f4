import { GRAFANA_PARAMETERS, isPlaceParameter } from '../flow';

/** The pages that have views. */
export const VIEW_PAGES = ['flows', 'overview'] as const;

/** A page that has views, by the end of its address. */
export type ViewPage = (typeof VIEW_PAGES)[number];

/** A view of a page that can be had again: a name, and what the address says of it. */
export interface SavedView {
  /** Distinct among the views of its page. */
  readonly name: string;
  /** Whose view it is; the flow table's where left out, as in what was stored before there were others. */
  readonly page?: ViewPage;
  /** URL parameters, without a question mark: `columns=Bytes%2CSrcAddr&filter=port%3Dhttps`. */
  readonly search: string;
}

/** What was read of views, and in words what could not be. */
export interface ReadViews {
  readonly views: readonly SavedView[];
  readonly problems: readonly string[];
}

/** The page that a view is of. */
export function pageOf({ page }: Pick<SavedView, 'page'>): ViewPage {
  return page ?? 'flows';
}

/** The views of a page among those of all. */
export function viewsOf(views: readonly SavedView[], page: ViewPage): readonly SavedView[] {
  return views.filter((view) => pageOf(view) === page);
}

/** Whether two are the same view: those of two pages may have the same name. */
export function isSameView(one: Pick<SavedView, 'name' | 'page'>, other: Pick<SavedView, 'name' | 'page'>): boolean {
  return one.name === other.name && pageOf(one) === pageOf(other);
}

/** A view of a page as it is stored. */
export function viewOf(page: ViewPage, name: string, search: string): SavedView {
  return { name, ...(page !== 'flows' && { page }), search };
}

/** The most views that a person, and the organisation, can have. */
export const MOST_VIEWS = 100;
/** The longest address of a view, in characters. */
export const LONGEST_VIEW = 4000;
/** The longest name of a view, in characters. */
export const LONGEST_NAME = 100;

const TIME_PARAMETERS: readonly string[] = ['from', 'to', 'timezone'];
/** What belongs to the moment and the place, not to the view: the open flow, the data source, the refresh interval, what is Grafana's. */
const PASSING_PARAMETERS: readonly string[] = ['flow', 'var-ds', 'refresh', ...GRAFANA_PARAMETERS];

/** Which of an address's parameters make a view. */
export interface ViewParameters {
  /** Keep the time range too. */
  readonly keepTime?: boolean;
  /** Take these parameters alone, where the page names them; else all that do not belong to the moment. */
  readonly parameters?: readonly string[];
}

/** The parameters of an address, of its part from the question mark on, or of that part without the mark. */
function parametersOf(text: string): URLSearchParams {
  const trimmed = text.trim();
  // Text before a question mark that holds no parameter, or an address without any.
  const address = /^(?:[^=&?]+\?|\/|[a-z][a-z\d+.-]*:\/\/)/i.test(trimmed);
  if (!address) {
    return new URLSearchParams(trimmed);
  }
  const mark = trimmed.indexOf('?');
  return new URLSearchParams(mark === -1 ? '' : trimmed.slice(mark + 1).replace(/#.*$/s, ''));
}

function pick(text: string, wanted: (name: string) => boolean): string {
  return new URLSearchParams([...parametersOf(text)].filter(([name]) => wanted(name))).toString();
}

/**
 * The view that an address shows.
 * @param text an address, or its search string with or without a question mark.
 */
export function viewSearch(text: string, { keepTime = false, parameters }: ViewParameters = {}): string {
  return pick(text, (name) => {
    if (TIME_PARAMETERS.includes(name)) {
      return keepTime;
    }
    return !PASSING_PARAMETERS.includes(name) && (parameters === undefined || parameters.includes(name));
  });
}

/** True where an address says nothing of a view: no filter, no columns; time and data source do not count. */
function saysNothing(text: string): boolean {
  return viewSearch(text) === '';
}

/**
 * The search string, without a question mark, that shows a view: its own parameters, and of the current address the
 * data source, the refresh interval, what says where Grafana shows it and, unless the view has one of its own, the time
 * range.
 */
export function searchWith(view: string, current: string): string {
  const own = [...parametersOf(view)].filter(([name]) => !GRAFANA_PARAMETERS.includes(name));
  const hasTime = own.some(([name]) => name === 'from' || name === 'to');
  const kept = [...parametersOf(current)].filter(
    ([name]) =>
      !own.some(([taken]) => taken === name) &&
      (name === 'var-ds' ||
        name === 'refresh' ||
        isPlaceParameter(name) ||
        (TIME_PARAMETERS.includes(name) && !hasTime))
  );
  return new URLSearchParams([...kept, ...own]).toString();
}

/**
 * The search string, without a question mark, with which the flow table opens where the address says nothing of a view;
 * undefined where the address stands as it is.
 */
export function openingSearch(search: string, defaultView: string | undefined): string | undefined {
  return defaultView === undefined || !saysNothing(search) ? undefined : searchWith(defaultView, search);
}

/** True where two addresses show the same view; the time range counts where the first has one. */
export function sameView(view: string, other: string): boolean {
  const keepTime = /(?:^|[?&])(?:from|to)=/.test(view);
  const [one, two] = [view, other].map((text) => {
    const parameters = parametersOf(viewSearch(text, { keepTime }));
    parameters.sort();
    return parameters.toString();
  });
  return one === two;
}

/** In words why a name cannot be that of a view; undefined where it can. */
export function nameProblem(name: string): string | undefined {
  if (name.trim() === '') {
    return 'A view needs a name.';
  }
  return name.trim().length > LONGEST_NAME
    ? `The name has ${name.trim().length} characters; ${LONGEST_NAME} are the most.`
    : undefined;
}

/** In words why a search string cannot be that of a view; undefined where it can. */
export function searchProblem(search: string): string | undefined {
  return search.length > LONGEST_VIEW
    ? `The view's address has ${search.length} characters; ${LONGEST_VIEW} are the most. Remove some filters.`
    : undefined;
}

function readView(value: unknown, place: string): SavedView | string {
  const {
    name,
    search,
    page = 'flows',
  } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  if (typeof name !== 'string' || typeof search !== 'string') {
    return `${place}: needs a name and a search, both texts; it was passed over.`;
  }
  const problem = nameProblem(name) ?? searchProblem(search);
  if (problem !== undefined) {
    return `${place} “${name.slice(0, LONGEST_NAME)}”: ${problem} It was passed over.`;
  }
  const known = VIEW_PAGES.find((one) => one === page);
  if (known === undefined) {
    return `${place} “${name.slice(0, LONGEST_NAME)}”: is of a page that is none of ${VIEW_PAGES.join(', ')}; it was passed over.`;
  }
  return viewOf(known, name.trim(), viewSearch(search, { keepTime: true }));
}

/** Views as far as they can be used, from what was stored or provisioned. */
export function readSavedViews(value: unknown): ReadViews {
  if (value === undefined || value === null) {
    return { views: [], problems: [] };
  }
  if (!Array.isArray(value)) {
    return { views: [], problems: ['savedViews: is no list of views; it was passed over.'] };
  }
  const views: SavedView[] = [];
  const problems: string[] = [];
  value.slice(0, MOST_VIEWS).forEach((item: unknown, index) => {
    const place = `savedViews[${index}]`;
    const view = readView(item, place);
    if (typeof view === 'string') {
      problems.push(view);
    } else if (views.some((other) => isSameView(other, view))) {
      problems.push(`${place}: there is a view “${view.name}” before it; it was passed over.`);
    } else {
      views.push(view);
    }
  });
  if (value.length > MOST_VIEWS) {
    problems.push(`savedViews: has ${value.length} views; the first ${MOST_VIEWS} were taken.`);
  }
  return { views, problems };
}

/** A change of a list of views, or in words why it cannot be made. */
export type ViewsChange = { readonly views: readonly SavedView[] } | { readonly problem: string };

/** The list with a view more, or with the one of the same name and page overwritten. */
export function withView(views: readonly SavedView[], view: SavedView): ViewsChange {
  const named = viewOf(pageOf(view), view.name.trim(), view.search);
  const problem = nameProblem(named.name) ?? searchProblem(named.search);
  if (problem !== undefined) {
    return { problem };
  }
  if (views.some((other) => isSameView(other, named))) {
    return { views: views.map((other) => (isSameView(other, named) ? named : other)) };
  }
  return views.length >= MOST_VIEWS
    ? { problem: `There are ${MOST_VIEWS} views already. Delete one first.` }
    : { views: [...views, named] };
}

/** The list without a view. */
export function withoutView(
  views: readonly SavedView[],
  gone: Pick<SavedView, 'name' | 'page'>
): { readonly views: readonly SavedView[] } {
  return { views: views.filter((view) => !isSameView(view, gone)) };
}
