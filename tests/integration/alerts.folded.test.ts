import { OTHER } from '@netobserv-flows/schema';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { SumQueries } from '../../provisioning/alerts/queries';
import { readAlertSettings } from '../../provisioning/alerts/settings';
import { record } from '../../collector/test/loki/flows';
import { store } from './rollups/stored';

const BUCKET_MS = 600_000;
const MB = 1_000_000;
const CROWD = 30;

const settings = readAlertSettings();
const queries = new SumQueries(settings);
const writtenMs = settings.sums.writtenAfterSeconds * 1000;
const endMs = Math.floor((Date.now() - writtenMs) / BUCKET_MS) * BUCKET_MS;
/** Ten-minute sums an hour ago that the rules on what stopped look at. */
const BEFORE = [6, 7, 8];

describe('where the last sums have more keys than are kept apart', () => {
  const { collector, vector } = store(inject('lokiUrl'));
  const answer = async (expr: string) => await vector(expr, endMs + writtenMs);

  beforeAll(async () => {
    const { aggregator, stop } = collector({ levels: { workload: ['10m'] }, maxKeys: 10 });
    const add = (ago: number, source: string, destination: string | undefined, Bytes: number) => {
      const [namespace, name] = destination?.split('/') ?? [];
      aggregator.add(
        record({
          TimeFlowEndMs: endMs - ago * BUCKET_MS - 60_000,
          SrcK8S_Namespace: source.split('/')[0],
          SrcK8S_OwnerName: source.split('/')[1],
          SrcK8S_Type: 'Pod',
          ...(destination !== undefined && {
            DstK8S_Namespace: namespace,
            DstK8S_OwnerName: name,
            DstK8S_Service: name,
            DstK8S_Type: 'Pod',
          }),
          Bytes,
        })
      );
    };
    for (const ago of BEFORE) {
      add(ago, 'shop/cart', 'shop/payments', 0.15 * MB);
      add(ago, 'shop/cart', 'billing/ledger', 9_000 * MB);
    }
    add(0, 'shop/cart', 'shop/payments', 0.15 * MB);
    for (let index = 0; index < CROWD; index++) {
      add(0, `batch/worker-${index}`, `batch/store-${index}`, MB);
      add(0, `crawl/crawler-${index}`, undefined, 20 * MB);
    }
    await stop();
  });

  it('keys were folded, the small one that goes on among them', async () => {
    const lines = '{app="netobserv-rollup", tier="10m", level="workload"}';
    const folded = await answer(`sum by (folded) (count_over_time(${lines} [600s] offset 90s))`);
    expect(folded.map(({ labels }) => labels['folded'] ?? '').sort()).toEqual(['', 'all', 'detail']);
    expect(await answer(`count_over_time(${lines} |= "payments" [600s] offset 90s)`)).toEqual([]);
  });

  it.each([
    ['namespace', ['DstK8S_Namespace'], ['shop', 'billing']],
    ['Service', ['DstK8S_Namespace', 'DstK8S_Service'], ['payments', 'ledger']],
  ] as const)('a %s that goes on is not taken for stopped, one that did is', async (_, groupBy, [small, large]) => {
    const left = await answer(queries.trafficStopped(groupBy));
    const share = Object.fromEntries(left.map(({ labels, value }) => [labels[groupBy.at(-1)!], value]));
    expect(Object.keys(share).sort()).toEqual([small, large].sort());
    expect(share[small]).toBeGreaterThanOrEqual(1);
    expect(share[large]).toBeLessThan(settings.trafficStopped.share);
  });

  it('what was folded together is no workload whose egress surges', async () => {
    const names = (await answer(queries.externalEgress())).map(({ labels }) => labels['SrcK8S_OwnerName']);
    expect(names.length).toBeGreaterThan(0);
    expect(names).not.toContain(OTHER);
  });
});
