import { describe, expect, test } from 'vitest';
import { buildCluster } from '../model/cluster';
import { fateOf, INCIDENTS, type Incident, type IncidentName } from '../traffic/incidents';
import { trafficOfSlot, type Traffic } from '../traffic/traffic';

const cluster = buildCluster(1);
const SLOT_MS = 180_000;
const START = Math.floor(Date.UTC(2026, 10, 24, 14) / SLOT_MS) * SLOT_MS;
/** The middle one of three slots. */
const DURING = { fromMs: START + SLOT_MS, toMs: START + 2 * SLOT_MS };

function slots(incidents: readonly Incident[]): [before: Traffic[], during: Traffic[], after: Traffic[]] {
  const slot = (index: number) =>
    trafficOfSlot(cluster, START + index * SLOT_MS, { slotMs: SLOT_MS, rate: 1, incidents });
  return [slot(0), slot(1), slot(2)];
}

const incident = (name: IncidentName): Incident => ({ name, ...DURING });
const usual = slots([]);
const bytesOf = (traffic: readonly Traffic[]) => traffic.reduce((sum, { bytes }) => sum + bytes, 0);
const touches = ({ source, destination }: Traffic, workload: string) =>
  source?.workload === workload || destination?.workload === workload;

describe('an incident of the demo', () => {
  test.each(Object.keys(INCIDENTS) as IncidentName[])('%s leaves the time before and after as it is', (name) => {
    const [before, during, after] = slots([incident(name)]);
    expect(before).toEqual(usual[0]);
    expect(after).toEqual(usual[2]);
    expect(during).not.toEqual(usual[1]);
  });

  test('telnet is used by a workload that never did', () => {
    const telnet = (traffic: readonly Traffic[]) =>
      traffic.filter(({ sent, source }) => sent.destinationPort === 23 && source?.workload === 'catalog');
    expect(telnet(usual[1])).toEqual([]);
    expect(telnet(slots([incident('telnet')])[1]).length).toBeGreaterThan(0);
  });

  test('exfiltration sends about 2 MB/s to one address that nobody knows', () => {
    const during = slots([incident('exfiltration')])[1];
    const out = during.filter(({ sent }) => sent.destinationAddress === '198.51.100.200');
    expect(out.every(({ source }) => source?.workload === 'cart')).toBe(true);
    const rate = bytesOf(out) / (SLOT_MS / 1000);
    expect(rate).toBeGreaterThan(800_000);
    expect(rate).toBeLessThan(4_000_000);
  });

  test('a scan tries hundreds of pairs of address and port from one pod, in tiny packets', () => {
    const scan = slots([incident('scan')])[1].filter(
      ({ source, protocol, packets, sent }) =>
        source?.workload === 'uploader' && protocol === 6 && packets === 1 && sent.destinationPort <= 10_000
    );
    expect(new Set(scan.map(({ source }) => source?.name)).size).toBe(1);
    const pairs = new Set(scan.map(({ sent }) => `${sent.destinationAddress} ${sent.destinationPort}`));
    expect(pairs.size).toBe(400);
  });

  test('an outage leaves nothing from or to the workload, and all of the others', () => {
    const during = slots([incident('outage')])[1];
    expect(during).toEqual(usual[1].filter((traffic) => !touches(traffic, 'mywebapp')));
    expect(during.length).toBeLessThan(usual[1].length);
  });

  test('in an outage the last node’s datagrams are broken for a third of the time, then lost', () => {
    const fate = (node: number, atMs: number) => fateOf([incident('outage')], cluster, cluster.nodes[node]!, atMs);
    expect(fate(3, DURING.fromMs - 1)).toBe('arrives');
    expect(fate(3, DURING.fromMs)).toBe('broken');
    expect(fate(3, DURING.fromMs + SLOT_MS / 2)).toBe('lost');
    expect(fate(3, DURING.toMs)).toBe('arrives');
    expect(fate(0, DURING.fromMs)).toBe('arrives');
  });
});
