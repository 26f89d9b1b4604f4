import { expect, inject, it } from 'vitest';
import { SumQueries } from '../../provisioning/alerts/queries';
import { readAlertSettings } from '../../provisioning/alerts/settings';
import { record } from '../../collector/test/loki/flows';
import { store } from './rollups/stored';

const MINUTE_MS = 60_000;
const MB = 1_000_000;
/** Bytes in each ten minutes of the three hours before, the last one now. */
const TRAFFIC: Readonly<Record<string, (bucket: number) => number>> = {
  steady: () => 60 * MB,
  grown: (bucket) => (bucket === 0 ? 600 : 60) * MB,
  'hourly-job': (bucket) => (bucket % 6 === 0 ? 600 : 0) * MB,
  new: (bucket) => (bucket === 0 ? 300 : 0) * MB,
};

it.each([1, 3])('what is far above usual is told from an hourly job, with %i collectors', async (count) => {
  const { collector, vector } = store(inject('lokiUrl'));
  const settings = readAlertSettings();
  const writtenMs = settings.sums.writtenAfterSeconds * 1000;
  const endMs = Math.floor((Date.now() - writtenMs) / (10 * MINUTE_MS)) * 10 * MINUTE_MS;
  const collectors = Array.from({ length: count }, () => collector({ levels: { workload: ['10m'] } }));
  for (let bucket = 17; bucket >= 0; bucket--) {
    for (const [name, bytes] of Object.entries(TRAFFIC).map(([name, at]) => [name, at(bucket)] as const)) {
      const flow = record({
        TimeFlowEndMs: endMs - bucket * 10 * MINUTE_MS - MINUTE_MS,
        SrcK8S_Namespace: 'team',
        SrcK8S_OwnerName: name,
        SrcK8S_OwnerType: 'Deployment',
        SrcK8S_Type: 'Pod',
        DstK8S_Type: undefined,
        DstK8S_Namespace: undefined,
        DstK8S_OwnerName: undefined,
        Bytes: bytes / count,
      });
      if (bytes > 0) {
        collectors.forEach(({ aggregator }) => aggregator.add(flow));
      }
    }
  }
  await Promise.all(collectors.map(({ stop }) => stop()));
  const answer = await vector(new SumQueries(settings).externalEgress(), endMs + writtenMs);
  const times = Object.fromEntries(answer.map(({ labels, value }) => [labels['SrcK8S_OwnerName'], value]));
  // Of the hourly job each collector saw a share; the average of its hour is a sixth of it.
  expect(times).toEqual({ steady: 1, grown: 10, 'hourly-job': count === 1 ? 1 : 3, new: 6 });
});
