import { randomUUID } from 'node:crypto';
import { expect, inject, it } from 'vitest';

const own = !process.env['LOKI_URL'];
const HOUR_MS = 3_600_000;

it.skipIf(!own)(
  `the shipped Loki finds what came hours late as soon as it is stored${own ? '' : ' (skipped: LOKI_URL names another)'}`,
  async () => {
    const url = inject('lokiUrl');
    const app = `history-${randomUUID()}`;
    const nowMs = Date.now();
    const hours = [7, 5, 3, 1];
    for (const hour of hours) {
      const values = [[`${nowMs - hour * HOUR_MS}000000`, `${hour} h ago`]];
      const body = JSON.stringify({ streams: [{ stream: { app, hour: String(hour) }, values }] });
      const headers = { 'Content-Type': 'application/json' };
      const pushed = await fetch(`${url}/loki/api/v1/push`, { method: 'POST', headers, body });
      expect(pushed.status).toBe(204);
    }
    const query = new URLSearchParams({ query: `count by (hour) (count_over_time({app="${app}"}[8h]))` });
    const answer = (await (await fetch(`${url}/loki/api/v1/query?${query}`)).json()) as {
      data: { result: ReadonlyArray<{ metric: { hour: string } }> };
    };
    expect(answer.data.result.map(({ metric }) => Number(metric.hour)).sort((a, b) => b - a)).toEqual(hours);
  }
);
