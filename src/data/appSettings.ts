/** What an administrator sets on the configuration page; kept by Grafana as the app's `jsonData`. */
export interface AppSettings {
  /** Uid of the Loki data source that the pages start with. */
  lokiUid?: string;
  /** How many flows the table loads at most, unless the page says otherwise. */
  defaultLimit?: number;
}

/** Choices of how many flows to load; 5,000 is the most that a default Loki returns (`max_entries_limit_per_query`). */
export const FLOW_LIMITS: readonly number[] = [50, 100, 500, 1000, 5000];

/** The limit where none is set. */
export const DEFAULT_FLOW_LIMIT = 500;

/**
 * The nearest allowed limit that is not below the wish.
 * @param wish anything: it comes from URLs and from settings files.
 */
export function allowedLimit(wish: unknown): number | undefined {
  const number = typeof wish === 'string' && wish.trim() !== '' ? Number(wish) : wish;
  if (typeof number !== 'number' || !Number.isFinite(number) || number <= 0) {
    return undefined;
  }
  return FLOW_LIMITS.find((limit) => limit >= number) ?? FLOW_LIMITS[FLOW_LIMITS.length - 1];
}

/** Settings as far as they can be used, from what Grafana has stored or a provisioning file said. */
export function readAppSettings(jsonData: unknown): AppSettings {
  const stored = typeof jsonData === 'object' && jsonData !== null ? (jsonData as Record<string, unknown>) : {};
  return {
    lokiUid: typeof stored.lokiUid === 'string' && stored.lokiUid !== '' ? stored.lokiUid : undefined,
    defaultLimit: allowedLimit(stored.defaultLimit),
  };
}

let current: AppSettings = {};

/** Makes the settings known to the scenes, whose factories Grafana calls without any props. */
export function setAppSettings(settings: AppSettings): void {
  current = settings;
}

/** The settings that the app was opened with. */
export function appSettings(): AppSettings {
  return current;
}
