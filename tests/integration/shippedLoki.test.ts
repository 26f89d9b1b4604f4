import { expect, inject, it } from 'vitest';
import { parse } from 'yaml';

const own = !process.env['LOKI_URL'];
const title = (text: string) => `the shipped Loki ${text}${own ? '' : ' (skipped: LOKI_URL names another)'}`;

interface LokiConfig {
  readonly compactor: { readonly retention_enabled: boolean };
  readonly ingester: { readonly chunk_encoding: string };
  readonly limits_config: {
    readonly retention_period: string;
    readonly retention_stream: ReadonlyArray<{ period: string; priority: number; selector: string }>;
    readonly max_query_series: number;
    readonly split_instant_metric_queries_by_interval: string;
    readonly discover_log_levels: boolean;
    readonly shard_streams: { readonly enabled: boolean };
  };
}

/** What Loki itself says it runs with, after its defaults. */
async function runningConfig(): Promise<LokiConfig> {
  return parse(await (await fetch(`${inject('lokiUrl')}/config`)).text()) as LokiConfig;
}

it.skipIf(!own)(title('keeps sums longer than flows, the longer the longer their buckets'), async () => {
  const { compactor, limits_config } = await runningConfig();
  const { retention_period, retention_stream } = limits_config;
  const hours = (period: string) => {
    const [, weeks = '0', days = '0', rest = '0'] = /^(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h.*)?$/.exec(period) ?? [];
    return Number(weeks) * 168 + Number(days) * 24 + Number(rest);
  };
  expect(compactor.retention_enabled).toBe(true);
  expect(retention_stream.map(({ selector, priority }) => [selector, priority])).toEqual([
    ['{app="netobserv-rollup"}', 1],
    ['{app="netobserv-rollup", tier="1h"}', 2],
  ]);
  const periods = [retention_period, ...retention_stream.map(({ period }) => period)].map(hours);
  expect(periods).toEqual([168, 720, 2160]);
});

// What each of them brings is measured in docs/decisions/0003 and 0004.
it.skipIf(!own)(title('stores and answers at the cost that is documented, and each entry once'), async () => {
  const { ingester, limits_config } = await runningConfig();
  expect(ingester.chunk_encoding).toBe('snappy');
  expect(limits_config).toMatchObject({
    max_query_series: 10_000,
    split_instant_metric_queries_by_interval: '1d',
    discover_log_levels: false,
    shard_streams: { enabled: false },
  });
});
