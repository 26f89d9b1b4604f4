import type { DataQueryRequest, DataQueryResponse, TimeRange } from '@grafana/data';
import type { SceneDataQuery } from '@grafana/scenes';
import { from } from 'rxjs';
import { duration } from '../flow';
import { lokiDataSource } from './loki';

const INTERVAL_MS = 1000;
let requests = 0;

/**
 * An answer of Grafana's Loki data source, outside of a scene's query runner. An abort unsubscribes, which makes Grafana
 * cancel the HTTP request.
 * @throws DOMException `AbortError` where the signal stops it; else what Grafana or Loki says, as `explainError` reads.
 */
export async function askLoki(
  uid: string,
  range: TimeRange,
  targets: readonly SceneDataQuery[],
  signal?: AbortSignal
): Promise<DataQueryResponse> {
  const dataSource = await lokiDataSource(uid);
  const request: DataQueryRequest = {
    app: 'netobserv-flows-app',
    // Grafana cancels a request when another of the same id begins: each has its own.
    requestId: `netobserv-flows-${++requests}`,
    interval: duration(INTERVAL_MS),
    intervalMs: INTERVAL_MS,
    range,
    scopedVars: {},
    startTime: Date.now(),
    timezone: 'utc',
    targets: [...targets],
  };
  return new Promise((resolve, reject) => {
    const aborted = (): Error =>
      signal?.reason instanceof Error ? signal.reason : new DOMException('The query was cancelled', 'AbortError');
    if (signal?.aborted === true) {
      reject(aborted());
      return;
    }
    let last: DataQueryResponse | undefined;
    const subscription = from(dataSource.query(request)).subscribe({
      // Long ranges are answered piece by piece, each time with all that is there.
      next: (response) => {
        last = response;
      },
      error: reject,
      complete: () => {
        const error: unknown = last?.errors?.[0] ?? last?.error;
        if (error === undefined) {
          resolve(last ?? { data: [] });
        } else {
          // What Grafana hands over is no Error, but has what `explainError` reads.
          reject(error as Error);
        }
      },
    });
    const onAbort = () => {
      subscription.unsubscribe();
      reject(aborted());
    };
    signal?.addEventListener('abort', onAbort);
    subscription.add(() => signal?.removeEventListener('abort', onAbort));
  });
}
