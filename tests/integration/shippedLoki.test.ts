import { expect, inject, it } from 'vitest';
import { parse } from 'yaml';

const own = !process.env['LOKI_URL'];

it.skipIf(!own)(
  `the shipped Loki keeps sums longer than flows, the longer the longer their buckets${own ? '' : ' (skipped: LOKI_URL names another)'}`,
  async () => {
    const config = parse(await (await fetch(`${inject('lokiUrl')}/config`)).text()) as {
      compactor: { retention_enabled: boolean };
      limits_config: {
        retention_period: string;
        retention_stream: Array<{ period: string; priority: number; selector: string }>;
      };
    };
    const { retention_period, retention_stream } = config.limits_config;
    const hours = (period: string) => {
      const [, weeks = '0', days = '0', rest = '0'] = /^(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h.*)?$/.exec(period) ?? [];
      return Number(weeks) * 168 + Number(days) * 24 + Number(rest);
    };
    expect(config.compactor.retention_enabled).toBe(true);
    expect(retention_stream.map(({ selector, priority }) => [selector, priority])).toEqual([
      ['{app="netobserv-rollup"}', 1],
      ['{app="netobserv-rollup", tier="1h"}', 2],
    ]);
    const periods = [retention_period, ...retention_stream.map(({ period }) => period)].map(hours);
    expect(periods).toEqual([168, 720, 2160]);
  }
);
