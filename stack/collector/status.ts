/** What the collector's `/status` says, as far as the stack shows it. */
export interface CollectorStatus {
  readonly ready: boolean;
  /** What is not ready, in words. */
  readonly reasons: readonly string[];
  /** Addresses that exporters can send to. */
  readonly listen: readonly string[];
  readonly flowsPerSecond: number;
  readonly datagrams: number;
  readonly decoded: number;
  readonly stored: number;
  /** Flows that are neither stored nor lost yet. */
  readonly pending: number;
  readonly lost: Readonly<Record<string, number>>;
}

/**
 * Asks a collector how it is doing.
 * @param url base address of its HTTP side, such as `http://127.0.0.1:9469`.
 * @throws Error where it does not answer within 5 s or not with 200.
 */
export async function readStatus(url: string): Promise<CollectorStatus> {
  const response = await fetch(new URL('/status', url), { signal: AbortSignal.timeout(5000) });
  if (!response.ok) {
    throw new Error(`${url}/status answers ${response.status}`);
  }
  return (await response.json()) as CollectorStatus;
}

/** All losses together. */
export function totalLost({ lost }: Pick<CollectorStatus, 'lost'>): number {
  return Object.values(lost).reduce((sum, count) => sum + count, 0);
}
