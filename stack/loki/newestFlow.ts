import { FLOW_APP } from '@netobserv-flows/schema';

/** A page of log lines as Loki answers `query_range`. */
export interface LokiStreams {
  readonly data: {
    readonly result: ReadonlyArray<{
      readonly stream: Readonly<Record<string, string>>;
      readonly values: ReadonlyArray<readonly [nanoseconds: string, line: string]>;
    }>;
  };
}

/**
 * Asks Loki for the newest lines of a query.
 * @param rangeMs how far back to look.
 * @throws Error with what Loki said, where it does not answer with 200 within 20 s.
 */
export async function newestLines(url: string, query: string, limit: number, rangeMs: number): Promise<LokiStreams> {
  const now = Date.now();
  const parameters = new URLSearchParams({
    query,
    limit: String(limit),
    direction: 'backward',
    start: String((now - rangeMs) * 1e6),
    end: String((now + 60_000) * 1e6),
  });
  const response = await fetch(`${url}/loki/api/v1/query_range?${parameters}`, { signal: AbortSignal.timeout(20_000) });
  if (!response.ok) {
    throw new Error(`Loki answers ${response.status}: ${(await response.text()).trim().slice(0, 300)}`);
  }
  return (await response.json()) as LokiStreams;
}

/**
 * When the newest stored flow ended, in ms since the Unix epoch.
 * @param rangeMs how far back to look.
 * @returns undefined where there is none.
 */
export async function newestFlowMs(url: string, rangeMs: number): Promise<number | undefined> {
  const { data } = await newestLines(url, `{app="${FLOW_APP}"}`, 1, rangeMs);
  const nanoseconds = data.result[0]?.values[0]?.[0];
  // Whole milliseconds are all but the last six digits; the number itself is past what a double holds exactly.
  return nanoseconds === undefined ? undefined : Number(nanoseconds.slice(0, -6));
}
