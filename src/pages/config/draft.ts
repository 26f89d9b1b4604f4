import { allowedExportCap, EXPORT_CAPS, type AppSettings, type ExaminedSettings } from '../../data/appSettings';
import { nameProblem, pageOf, searchProblem, viewSearch, type SavedView } from '../../data/savedViews';
import { parseFilterText } from '../../flow';

/** A quick filter as it is being edited; stored without its key. */
export interface QuickFilterDraft {
  /** Tells it from the others while it moves. */
  readonly key: string;
  readonly name: string;
  /** In the text form of filters: `src_namespace=demo port:https`. */
  readonly filter: string;
  readonly match: 'all' | 'any';
  /** Takes away the one of this name that comes with the app, and has no filter of its own. */
  readonly hidden: boolean;
}

/** A view of the organisation as it is being renamed or deleted. */
export interface ViewDraft extends SavedView {
  /** What it is stored under: its page and its name. */
  readonly key: string;
  /** The name that it is stored under. */
  readonly stored: string;
  readonly deleted: boolean;
}

const keyOf = (view: SavedView) => `${pageOf(view)}/${view.name}`;

/** The settings as they stand in the form: figures and addresses as typed. */
export interface SettingsDraft {
  readonly lokiUid?: string;
  readonly defaultLimit?: number;
  readonly exportCap: string;
  readonly quickFilters: readonly QuickFilterDraft[];
  readonly defaultView: string;
  readonly views: readonly ViewDraft[];
}

/** The most quick filters that there can be. */
export const MOST_QUICK_FILTERS = 30;
/** The longest name of a quick filter, in characters. */
export const LONGEST_QUICK_NAME = 40;

let lastKey = 0;

/** A quick filter to fill in. */
export function newQuickFilter(): QuickFilterDraft {
  return { key: `quick-${++lastKey}`, name: '', filter: '', match: 'all', hidden: false };
}

function readQuickFilter(value: unknown): QuickFilterDraft | undefined {
  const entry = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const { name, filter = '', match, hidden } = entry;
  return typeof name === 'string' && typeof filter === 'string' && (filter !== '' || hidden === true)
    ? { ...newQuickFilter(), name, filter, match: match === 'any' ? 'any' : 'all', hidden: hidden === true }
    : undefined;
}

/** Stored quick filters as far as they can be edited, and in words which cannot. */
export function quickFilterDrafts(stored: unknown): {
  readonly drafts: readonly QuickFilterDraft[];
  readonly problems: readonly string[];
} {
  if (stored === undefined) {
    return { drafts: [], problems: [] };
  }
  if (!Array.isArray(stored)) {
    return { drafts: [], problems: ['quickFilters: is no list of quick filters; it was passed over.'] };
  }
  const read = stored.slice(0, MOST_QUICK_FILTERS).map(readQuickFilter);
  const problems = read.flatMap((draft, index) =>
    draft === undefined ? [`quickFilters[${index}]: needs a name and a filter, both texts; it was passed over.`] : []
  );
  if (stored.length > MOST_QUICK_FILTERS) {
    problems.push(`quickFilters: has ${stored.length} entries; the first ${MOST_QUICK_FILTERS} were taken.`);
  }
  return { drafts: read.filter((draft) => draft !== undefined), problems };
}

/** The form as it is opened. */
export function draftOf({ lokiUid, defaultLimit, quickFilters, exportCap, savedViews, defaultView }: AppSettings) {
  const draft: SettingsDraft = {
    lokiUid,
    defaultLimit,
    exportCap: exportCap === undefined ? '' : String(exportCap),
    quickFilters: quickFilterDrafts(quickFilters).drafts,
    defaultView: defaultView ?? '',
    views: (savedViews ?? []).map((view) => ({ ...view, key: keyOf(view), stored: view.name, deleted: false })),
  };
  return draft;
}

/** In words why a cap of exports cannot be taken; undefined where it can. */
export function capProblem(text: string): string | undefined {
  return text.trim() === '' || allowedExportCap(text) !== undefined
    ? undefined
    : `${text.slice(0, 20)} is no whole number from ${EXPORT_CAPS.least.toLocaleString('en')} to ${EXPORT_CAPS.most.toLocaleString('en')}.`;
}

/** Quick filters go by their names in any case. */
function sameName(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}

function quickNameProblem({ key, name }: QuickFilterDraft, all: readonly QuickFilterDraft[]): string | undefined {
  const trimmed = name.trim();
  if (trimmed === '' || trimmed.length > LONGEST_QUICK_NAME) {
    return `Needs a name of 1 to ${LONGEST_QUICK_NAME} characters.`;
  }
  return all.some((other) => other.key !== key && sameName(other.name, name))
    ? `There is another “${trimmed}”.`
    : undefined;
}

function quickTextProblem({ filter, hidden }: QuickFilterDraft): string | undefined {
  if (hidden) {
    return undefined;
  }
  const parsed = parseFilterText(filter);
  if (!parsed.ok) {
    return parsed.error;
  }
  return parsed.value.length === 0 ? 'Needs a filter, such as port:https.' : undefined;
}

/** In words what is wrong with a quick filter's name and its filter. */
export function quickFilterProblems(
  draft: QuickFilterDraft,
  all: readonly QuickFilterDraft[]
): { readonly name?: string; readonly filter?: string } {
  return { name: quickNameProblem(draft, all), filter: quickTextProblem(draft) };
}

/** In words why a default view cannot be taken; undefined where it can. */
export function defaultViewProblem(text: string): string | undefined {
  const search = viewSearch(text, { keepTime: true });
  return text.trim() !== '' && search === ''
    ? 'This address holds no filters, columns or other parameters of the flow table.'
    : searchProblem(search);
}

/** In words why a view cannot have its new name; undefined where it can. */
export function viewNameProblem(view: ViewDraft, views: readonly ViewDraft[]): string | undefined {
  const { key, name } = view;
  const taken = views.some(
    (other) =>
      other.key !== key && !other.deleted && pageOf(other) === pageOf(view) && other.name.trim() === name.trim()
  );
  return nameProblem(name) ?? (taken ? `There is another “${name.trim()}”.` : undefined);
}

/** True where the whole form can be saved. */
export function canSave({ exportCap, quickFilters, defaultView, views }: SettingsDraft): boolean {
  const wrong =
    capProblem(exportCap) !== undefined ||
    defaultViewProblem(defaultView) !== undefined ||
    views.some((view) => !view.deleted && viewNameProblem(view, views) !== undefined) ||
    quickFilters.some((draft) =>
      Object.values(quickFilterProblems(draft, quickFilters)).some((text) => text !== undefined)
    );
  return !wrong;
}

function storedQuickFilter({ name, filter, match, hidden }: QuickFilterDraft): object {
  return hidden ? { name: name.trim(), hidden } : { name: name.trim(), filter, match };
}

/** The stored views with what the form renames and deletes; views saved meanwhile stay. */
function editedViews(stored: readonly SavedView[], drafts: readonly ViewDraft[]): readonly SavedView[] | undefined {
  const edits = new Map(drafts.map((draft) => [draft.key, draft]));
  const views = stored.flatMap((view) => {
    const edit = edits.get(keyOf(view));
    return edit === undefined ? [view] : edit.deleted ? [] : [{ ...view, name: edit.name.trim() }];
  });
  return views.length === 0 ? undefined : views;
}

/**
 * What to save: the settings that were changed in the form, and stored ones that could not be read, which go.
 * @param draft the form.
 * @param examined the settings as they were when the form was opened.
 * @param stored the settings as they are in Grafana now.
 */
export function changesOf(
  draft: SettingsDraft,
  { settings, problems }: ExaminedSettings,
  stored: AppSettings
): Partial<AppSettings> {
  const before = draftOf(settings);
  const damaged = new Set(problems.map(({ setting }) => setting));
  if (quickFilterDrafts(settings.quickFilters).problems.length > 0) {
    damaged.add('quickFilters');
  }
  const plain = (filters: readonly QuickFilterDraft[]) => filters.map(storedQuickFilter);
  const differs = (one: unknown, other: unknown) => JSON.stringify(one) !== JSON.stringify(other);
  const changed = (setting: keyof AppSettings, one: unknown, other: unknown) =>
    damaged.has(setting) || differs(one, other);
  const { lokiUid, defaultLimit, exportCap, quickFilters, defaultView, views } = draft;
  return {
    ...(changed('lokiUid', lokiUid, before.lokiUid) && { lokiUid }),
    ...(changed('defaultLimit', defaultLimit, before.defaultLimit) && { defaultLimit }),
    ...(changed('exportCap', exportCap, before.exportCap) && { exportCap: allowedExportCap(exportCap) }),
    ...(changed('quickFilters', plain(quickFilters), plain(before.quickFilters)) && {
      quickFilters: quickFilters.length === 0 ? undefined : plain(quickFilters),
    }),
    ...(changed('defaultView', defaultView, before.defaultView) && {
      defaultView: viewSearch(defaultView, { keepTime: true }) || undefined,
    }),
    ...(changed('savedViews', views, before.views) && { savedViews: editedViews(stored.savedViews ?? [], views) }),
  };
}
