import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { withWholeSteps } from '../../src/flow/logql/wholeSteps';
import { LokiClient, scopedTo } from './lokiClient';

const HOUR = 3_600_000;

/* Loki as it is (3.7.8) leaves the first hour out of the same query without what `withWholeSteps` adds. */
describe('a course in steps of an hour', () => {
  const loki = new LokiClient(inject('lokiUrl'));
  const run = randomUUID();
  const lastMs = Math.floor(Date.now() / HOUR) * HOUR;
  const firstMs = lastMs - 2 * HOUR;

  beforeAll(async () => {
    const line = (toMs: number, name: string) =>
      [`${BigInt(toMs - 1) * 1_000_000n}`, `{"Name":"${name}","Bytes":1}`] as const;
    await loki.push([
      // Groups that only begin in the second hour come first in answers.
      ...['a', 'b', 'c'].map((name) => ({
        stream: { app: 'netobserv-whole-steps', test: run, name },
        values: [line(firstMs + HOUR, name), line(lastMs, name)],
      })),
      {
        stream: { app: 'netobserv-whole-steps', test: run, name: 'z' },
        values: [line(firstMs, 'z'), line(lastMs, 'z')],
      },
    ]);
  });

  it('has the values of its first hour, also where the first of its groups begins later', async () => {
    const expr =
      'sum by (Name) (sum_over_time({app="netobserv-whole-steps"} | json Name="Name", Bytes="Bytes" | unwrap Bytes [1h]))';
    const query = scopedTo(withWholeSteps(expr, '2h'), 'test', run);
    const later = [firstMs + HOUR, lastMs];
    const course = (name: string, times: readonly number[]) => ({
      metric: { Name: name },
      points: times.map((ms) => [ms, 1]),
    });
    for (let again = 0; again < 10; again++) {
      expect(await loki.matrix(query, firstMs, lastMs, HOUR)).toEqual([
        course('a', later),
        course('b', later),
        course('c', later),
        course('z', [firstMs, lastMs]),
      ]);
    }
  });
});
