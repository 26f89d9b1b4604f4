import { setTimeout as sleep } from 'node:timers/promises';

/** A stream as the JSON push API takes it; timestamps are nanoseconds as text. */
export interface PushStream {
  readonly stream: Readonly<Record<string, string>>;
  readonly values: ReadonlyArray<readonly [timestamp: string, line: string]>;
}

/** One line of an answer. */
export interface Entry {
  readonly labels: Readonly<Record<string, string>>;
  readonly timestamp: string;
  readonly line: string;
}

/** One series of a range query. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: ReadonlyArray<readonly [timeMs: number, value: number]>;
}

interface QueryResponse {
  readonly data: {
    readonly result: ReadonlyArray<{
      readonly stream?: Readonly<Record<string, string>>;
      readonly metric?: Readonly<Record<string, string>>;
      readonly values?: ReadonlyArray<readonly [string, string]>;
      readonly value?: readonly [number, string];
    }>;
  };
}

/**
 * A query whose streams all carry a label, so that tests that share a Loki keep apart. Streams are told by our names of
 * applications: random values that look like a selector stay as they are.
 */
export function scopedTo(expr: string, label: string, value: string): string {
  return expr.replaceAll('{app="netobserv-', `{${label}="${value}", app="netobserv-`);
}

/** Loki as tests talk to it: JSON over HTTP, so that they depend neither on the collector nor on Grafana. */
export class LokiClient {
  constructor(readonly url: string) {}

  /** Stores streams, split so that no request comes near Loki's 4 MiB. */
  async push(streams: readonly PushStream[]): Promise<void> {
    for (let start = 0; start < streams.length; start += 200) {
      const response = await fetch(`${this.url}/loki/api/v1/push`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ streams: streams.slice(start, start + 200) }),
      });
      if (!response.ok) {
        throw new Error(`push: ${response.status} ${await response.text()}`);
      }
    }
  }

  private async get(path: string, parameters: Record<string, string>): Promise<QueryResponse> {
    // A form body: queries may be longer than an address can be.
    const response = await fetch(`${this.url}${path}`, { method: 'POST', body: new URLSearchParams(parameters) });
    if (!response.ok) {
      throw new Error(`${response.status} ${await response.text()}\n${parameters.query ?? ''}`);
    }
    return (await response.json()) as QueryResponse;
  }

  /** The lines of a log query between two times in nanoseconds, up to 5,000. */
  async lines(query: string, start: bigint, end: bigint): Promise<Entry[]> {
    const { data } = await this.get('/loki/api/v1/query_range', {
      query,
      start: String(start),
      end: String(end),
      limit: '5000',
    });
    return data.result.flatMap(({ stream = {}, values = [] }) =>
      values.map(([timestamp, line]) => ({ labels: stream, timestamp, line }))
    );
  }

  /** The one figure of an instant query; 0 where it has no series. */
  async figure(query: string, time: bigint): Promise<number> {
    const { data } = await this.get('/loki/api/v1/query', { query, time: String(time) });
    return Number(data.result[0]?.value?.[1] ?? 0);
  }

  /** The series of an instant query, each with its one value. */
  async vector(
    query: string,
    time: bigint
  ): Promise<Array<{ labels: Readonly<Record<string, string>>; value: number }>> {
    const { data } = await this.get('/loki/api/v1/query', { query, time: String(time) });
    return data.result.map(({ metric = {}, value }) => ({ labels: metric, value: Number(value?.[1]) }));
  }

  /** The series of a range query; times are in milliseconds. */
  async series(query: string, start: bigint, end: bigint, stepSeconds: number): Promise<Series[]> {
    const { data } = await this.get('/loki/api/v1/query_range', {
      query,
      start: String(start),
      end: String(end),
      step: String(stepSeconds),
    });
    return data.result.map(({ metric = {}, values = [] }) => ({
      labels: metric,
      values: values.map(([time, value]) => [Number(time) * 1000, Number(value)] as const),
    }));
  }

  /** What the index knows of a selector's streams. */
  async stats(query: string, start: bigint, end: bigint): Promise<{ readonly entries: number }> {
    const parameters = new URLSearchParams({ query, start: String(start), end: String(end) });
    const response = await fetch(`${this.url}/loki/api/v1/index/stats?${parameters.toString()}`);
    if (!response.ok) {
      throw new Error(`index/stats: ${response.status} ${await response.text()}`);
    }
    return (await response.json()) as { entries: number };
  }

  /** The series of a range query; times in milliseconds. */
  async matrix(
    query: string,
    startMs: number,
    endMs: number,
    stepMs: number
  ): Promise<Array<{ readonly metric: Readonly<Record<string, string>>; readonly points: Array<[number, number]> }>> {
    const { data } = await this.get('/loki/api/v1/query_range', {
      query,
      start: `${startMs}000000`,
      end: `${endMs}000000`,
      step: `${stepMs / 1000}`,
    });
    return data.result.map(({ metric = {}, values = [] }) => ({
      metric,
      points: values.map(([seconds, value]) => [Number(seconds) * 1000, Number(value)]),
    }));
  }

  /** Waits until a query has as many lines as were pushed. */
  async waitForLines(query: string, start: bigint, end: bigint, count: number): Promise<void> {
    for (let attempt = 0; attempt < 40; attempt++) {
      const found = (await this.lines(query, start, end)).length;
      if (found === count) {
        return;
      }
      await sleep(250);
    }
    throw new Error(`${query} did not come to have ${count} lines`);
  }
}
