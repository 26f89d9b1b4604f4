import { describe, expect, test } from 'vitest';
import { buildCluster } from '../model/cluster';
import { observe } from '../observe';
import { flowsBetween, totalsByNamespaces, trafficOfSlot } from '../traffic/traffic';
import { strength } from '../traffic/shapes';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Tuesday noon. */
const NOON = Date.UTC(2026, 10, 24, 12);
const OPTIONS = { slotMs: MINUTE, rate: 1 };

describe('the demo’s traffic', () => {
  test('is the same for the same seed, and another for another', () => {
    const traffic = (seed: number): string => JSON.stringify(trafficOfSlot(buildCluster(seed), NOON, OPTIONS));
    expect(traffic(7)).toBe(traffic(7));
    expect(traffic(7)).not.toBe(traffic(8));
  });

  test('does not depend on how its time is cut into requests', () => {
    const cluster = buildCluster(1);
    const whole = [...flowsBetween(cluster, NOON, NOON + 6 * MINUTE, OPTIONS)];
    const parts = [0, 2, 4].flatMap((start) => [
      ...flowsBetween(cluster, NOON + start * MINUTE, NOON + (start + 2) * MINUTE, OPTIONS),
    ]);
    expect(parts).toEqual(whole);
    expect(whole.length).toBeGreaterThan(1000);
  });

  test('ends within its slot, lasts no longer than one, and is ordered by its end', () => {
    const traffic = trafficOfSlot(buildCluster(3), NOON, OPTIONS);
    traffic.forEach((flow, index) => {
      expect(flow.endMs).toBeGreaterThanOrEqual(NOON);
      expect(flow.startMs).toBeLessThan(flow.endMs);
      expect(flow.startMs).toBeGreaterThanOrEqual(flow.endMs - MINUTE);
      expect(flow.endMs).toBeLessThan(NOON + MINUTE);
      expect(flow.endMs).toBeGreaterThanOrEqual(traffic[index - 1]?.endMs ?? 0);
      expect(flow.bytes / flow.packets).toBeGreaterThanOrEqual(52);
      expect(flow.bytes / flow.packets).toBeLessThanOrEqual(1500);
    });
  });

  test('refuses a slot that does not start at a multiple of its length', () => {
    expect(() => trafficOfSlot(buildCluster(1), NOON + 1, OPTIONS)).toThrow(RangeError);
  });

  test('has the same volume in fewer flows with longer slots', () => {
    const cluster = buildCluster(1);
    const sum = (slotMs: number): { bytes: number; flows: number } => {
      let bytes = 0;
      let flows = 0;
      for (const flow of flowsBetween(cluster, NOON, NOON + 2 * HOUR, { slotMs, rate: 1 })) {
        bytes += flow.bytes;
        flows++;
      }
      return { bytes, flows };
    };
    const fine = sum(MINUTE);
    const coarse = sum(4 * MINUTE);
    expect(coarse.bytes / fine.bytes).toBeGreaterThan(0.9);
    expect(coarse.bytes / fine.bytes).toBeLessThan(1.1);
    expect(coarse.flows / fine.flows).toBeCloseTo(0.25, 1);
  });

  test('has the conversations that the demo promises', () => {
    const totals = totalsByNamespaces(flowsBetween(buildCluster(1), NOON, NOON + HOUR, OPTIONS));
    for (const pair of [
      '→ingress-nginx',
      'ingress-nginx→mywebapp',
      'media-clients→mywebapp',
      'mywebapp→media-clients',
      'mywebapp→database',
      'mywebapp→kube-system',
      'mywebapp→',
      'legacy→',
    ]) {
      expect(totals.get(pair)?.bytes, pair).toBeGreaterThan(0);
    }
    const ports = new Set(
      [...flowsBetween(buildCluster(1), NOON, NOON + HOUR, OPTIONS)].map((f) => f.sent.destinationPort)
    );
    for (const port of [21, 20, 23, 53, 443, 5432, 6379, 8080]) {
      expect(ports, String(port)).toContain(port);
    }
  });

  test('speaks IPv6 between pods that have both', () => {
    const traffic = trafficOfSlot(buildCluster(1), Date.UTC(2026, 10, 24, 20), OPTIONS);
    const share = traffic.filter((flow) => flow.sent.sourceAddress.includes(':')).length / traffic.length;
    expect(share).toBeGreaterThan(0.02);
    expect(share).toBeLessThan(0.4);
  });
});

test('records come evenly over a minute', () => {
  const perTenSeconds = new Array<number>(6).fill(0);
  for (const { endMs } of trafficOfSlot(buildCluster(1), NOON, OPTIONS)) {
    perTenSeconds[Math.floor((endMs - NOON) / 10_000)]! += 1;
  }
  expect(Math.min(...perTenSeconds) / Math.max(...perTenSeconds)).toBeGreaterThan(0.4);
});

describe('strength over the week', () => {
  test.each([
    ['office', Date.UTC(2026, 10, 25, 10, 30), Date.UTC(2026, 10, 25, 3)],
    ['office', Date.UTC(2026, 10, 25, 10, 30), Date.UTC(2026, 10, 29, 10, 30)],
    ['evening', Date.UTC(2026, 10, 25, 20, 30), Date.UTC(2026, 10, 25, 9)],
    ['evening', Date.UTC(2026, 10, 28, 20, 30), Date.UTC(2026, 10, 25, 20, 30)],
    ['night', Date.UTC(2026, 10, 25, 2), Date.UTC(2026, 10, 25, 12)],
    ['hourly', Date.UTC(2026, 10, 25, 2, 5), Date.UTC(2026, 10, 25, 2, 30)],
  ] as const)('%s is stronger at %d than at %d', (shape, high, low) => {
    expect(strength(shape, high)).toBeGreaterThan(strength(shape, low));
    expect(strength(shape, high)).toBeLessThanOrEqual(1);
    expect(strength(shape, low)).toBeGreaterThanOrEqual(0);
  });
});

describe('what Open vSwitch sees of it', () => {
  const cluster = buildCluster(1);
  const traffic = trafficOfSlot(cluster, NOON, OPTIONS);

  test('is two observations on one node and four over two nodes', () => {
    for (const flow of traffic) {
      const observations = observe(cluster, flow);
      const crosses =
        flow.source !== undefined && flow.destination !== undefined && flow.source.node !== flow.destination.node;
      expect(observations.map(({ side }) => side)).toEqual(
        crosses ? ['ingress', 'egress', 'ingress', 'egress'] : ['ingress', 'egress']
      );
      expect(observations.filter(({ tunnel }) => tunnel !== undefined)).toHaveLength(crosses ? 2 : 0);
    }
  });

  test('gives the true totals when only inputs that came through no tunnel are counted', () => {
    const canonical = traffic
      .flatMap((flow) => observe(cluster, flow))
      .filter(({ side, tunnel }) => side === 'ingress' && tunnel === undefined);
    expect(canonical).toHaveLength(traffic.length);
    const bytes = (flows: ReadonlyArray<{ bytes: number }>): number => flows.reduce((sum, flow) => sum + flow.bytes, 0);
    expect(bytes(canonical)).toBe(bytes(traffic));
  });

  test('shows the service’s address before translation and the pod’s after it, and the other way round in replies', () => {
    const service = cluster.services.find(({ name }) => name === 'mywebapp');
    const request = traffic.find((flow) => flow.sent.destinationAddress === service?.clusterIP);
    expect(request).toBeDefined();
    const seen = observe(cluster, request!);
    expect(seen.at(0)?.tuple.destinationAddress).toBe(service?.clusterIP);
    expect(seen.at(-1)?.tuple.destinationAddress).toBe(request?.destination?.address);
    const reply = traffic.find((flow) => flow.delivered.sourceAddress === service?.clusterIP);
    const answered = observe(cluster, reply!);
    expect(answered.at(0)?.tuple.sourceAddress).toBe(reply?.source?.address);
    expect(answered.at(-1)?.tuple.sourceAddress).toBe(service?.clusterIP);
  });
});
