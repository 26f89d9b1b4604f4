import { LONGEST_VIEW, readSavedViews, viewSearch, type SavedView } from './savedViews';

/** What an administrator sets on the configuration page; kept by Grafana as the app's `jsonData`. */
export interface AppSettings {
  /** Uid of the Loki data source that the pages start with. */
  lokiUid?: string;
  /** How many flows the table loads at most, unless the page says otherwise. */
  defaultLimit?: number;
  /** Quick filters as they are stored; what they mean is read where they are used. */
  quickFilters?: unknown;
  /** At most so many flows of everything that matches are exported, 1,000 … 1,000,000. */
  exportCap?: number;
  /** Views that everyone of the organisation has. */
  savedViews?: readonly SavedView[];
  /** The view, as URL parameters, that the flow table opens with where the address says nothing of one. */
  defaultView?: string;
}

/** Settings, and in words which of the stored ones cannot be used. */
export interface ExaminedSettings {
  readonly settings: AppSettings;
  readonly problems: ReadonlyArray<{ readonly setting: keyof AppSettings; readonly problem: string }>;
}

/** Choices of how many flows to load; 5,000 is the most that a default Loki returns (`max_entries_limit_per_query`). */
export const FLOW_LIMITS: readonly number[] = [50, 100, 500, 1000, 5000];

/** The limit where none is set. */
export const DEFAULT_FLOW_LIMIT = 500;

/** The least and the most that the cap of exports can be set to. */
export const EXPORT_CAPS = { least: 1000, most: 1_000_000 } as const;

/** The cap of exports where none is set. */
export const DEFAULT_EXPORT_CAP = 100_000;

function toNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/**
 * The nearest allowed limit that is not below the wish.
 * @param wish anything: it comes from URLs and from settings files.
 */
export function allowedLimit(wish: unknown): number | undefined {
  const number = toNumber(wish);
  if (number === undefined || number <= 0) {
    return undefined;
  }
  return FLOW_LIMITS.find((limit) => limit >= number) ?? FLOW_LIMITS[FLOW_LIMITS.length - 1];
}

/** A cap of exports as far as it is allowed: a whole number of flows, 1,000 … 1,000,000. */
export function allowedExportCap(wish: unknown): number | undefined {
  const number = toNumber(wish);
  return number !== undefined && Number.isInteger(number) && number >= EXPORT_CAPS.least && number <= EXPORT_CAPS.most
    ? number
    : undefined;
}

/** A stored value in a message: short, whatever it is. */
function quoted(value: unknown): string {
  // Undefined for what JSON has no text for.
  const text: string | undefined = JSON.stringify(value);
  return text === undefined || text.length <= 60 ? String(text) : `${text.slice(0, 60)}…`;
}

/** Nothing was said of a setting: absent, or emptied. */
function isUnset(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

type Read<T> = { readonly value?: T; readonly problems?: readonly string[] };

function readUid(value: unknown): Read<string> {
  return typeof value === 'string'
    ? { value }
    : { problems: [`lokiUid: ${quoted(value)} is no uid of a data source. Choose one below.`] };
}

function readLimit(value: unknown): Read<number> {
  const limit = allowedLimit(value);
  return limit === undefined
    ? { problems: [`defaultLimit: ${quoted(value)} is no number of flows. Choose one below.`] }
    : { value: limit };
}

function readCap(value: unknown): Read<number> {
  const cap = allowedExportCap(value);
  return cap === undefined
    ? {
        problems: [
          `exportCap: ${quoted(value)} is no whole number from ${EXPORT_CAPS.least} to ${EXPORT_CAPS.most}; ${DEFAULT_EXPORT_CAP} is used.`,
        ],
      }
    : { value: cap };
}

function readDefaultView(value: unknown): Read<string> {
  if (typeof value !== 'string') {
    return { problems: [`defaultView: ${quoted(value)} is no text of URL parameters; it is not used.`] };
  }
  const search = value.length > LONGEST_VIEW ? undefined : viewSearch(value, { keepTime: true });
  return search === undefined
    ? { problems: [`defaultView: has ${value.length} characters; ${LONGEST_VIEW} are the most. It is not used.`] }
    : { value: search === '' ? undefined : search };
}

function readViews(value: unknown): Read<readonly SavedView[]> {
  const { views, problems } = readSavedViews(value);
  return { value: views.length === 0 ? undefined : views, problems };
}

/** What each setting is read by. Quick filters are kept as they are: what uses them reads them. */
const READERS: { readonly [K in keyof AppSettings]-?: (value: unknown) => Read<AppSettings[K]> } = {
  lokiUid: readUid,
  defaultLimit: readLimit,
  quickFilters: (value) => ({ value }),
  exportCap: readCap,
  savedViews: readViews,
  defaultView: readDefaultView,
};

const NAMES = Object.keys(READERS) as Array<keyof AppSettings>;

/** Settings as far as they can be used, and what is wrong with the rest of what Grafana has stored. */
export function examineSettings(jsonData: unknown): ExaminedSettings {
  const stored = typeof jsonData === 'object' && jsonData !== null ? (jsonData as Record<string, unknown>) : {};
  const problems: Array<{ setting: keyof AppSettings; problem: string }> = [];
  const entries = NAMES.map((setting) => {
    const value = stored[setting];
    if (isUnset(value)) {
      return [setting, undefined] as const;
    }
    const read = READERS[setting](value);
    problems.push(...(read.problems ?? []).map((problem) => ({ setting, problem })));
    return [setting, read.value] as const;
  });
  return { settings: Object.fromEntries(entries), problems };
}

/** Settings as far as they can be used, from what Grafana has stored or a provisioning file said. */
export function readAppSettings(jsonData: unknown): AppSettings {
  return examineSettings(jsonData).settings;
}

let current: AppSettings = {};
let opened: unknown;

/** Makes settings known to the scenes, whose factories Grafana calls without any props. */
export function setAppSettings(settings: AppSettings): void {
  current = settings;
}

/**
 * Takes the settings that Grafana hands to the app. It hands over the same object each time until the browser loads the
 * page anew: settings saved since are not undone by it.
 */
export function openAppSettings(jsonData: unknown): void {
  if (opened === undefined || opened !== jsonData) {
    opened = jsonData;
    setAppSettings(readAppSettings(jsonData));
  }
}

/** The settings that the app was opened with, or that were saved since. */
export function appSettings(): AppSettings {
  return current;
}
