import { describe, expect, test } from 'vitest';
import {
  conversationSets,
  formatFilters,
  matchesFlow,
  matchesQuery,
  nearestInTime,
  summarizeConversation,
} from '../index';

const FLOW = { SrcAddr: '10.0.0.1', DstAddr: '10.0.0.2', SrcPort: 50_000, DstPort: 443, Proto: 6 };
const BACK = { SrcAddr: '10.0.0.2', DstAddr: '10.0.0.1', SrcPort: 443, DstPort: 50_000, Proto: 6 };

function sets(flow: Record<string, unknown>) {
  const found = conversationSets(flow);
  if (found === undefined) {
    throw new Error('no ends');
  }
  return found;
}

describe('the conversation of a flow', () => {
  test('is all between its two ends, both ways, and nothing else', () => {
    const { there, back, both } = sets(FLOW);
    expect(matchesFlow(there, FLOW)).toBe(true);
    expect(matchesFlow(there, BACK)).toBe(false);
    expect(matchesFlow(back, BACK)).toBe(true);
    expect([FLOW, BACK].every((flow) => matchesFlow(both, flow))).toBe(true);
    for (const other of [{ SrcPort: 50_001 }, { DstPort: 80 }, { Proto: 17 }, { SrcAddr: '10.0.0.3' }]) {
      expect(matchesFlow(both, { ...FLOW, ...other })).toBe(false);
    }
  });

  test('of a client with a Service joins what goes to its address and what comes back from a pod', () => {
    const client = { addr: '10.0.0.1', port: 50_000 };
    const request = {
      ...{ SrcAddr: client.addr, SrcPort: client.port, DstAddr: '10.96.0.1', DstPort: 80, Proto: 6 },
      ...{ DstK8S_Type: 'Service', DstK8S_Name: 'web' },
    };
    const reply = {
      ...{ SrcAddr: '10.0.0.9', SrcPort: 8080, DstAddr: client.addr, DstPort: client.port, Proto: 6 },
      ...{ SrcK8S_Type: 'Pod', SrcK8S_Name: 'web-1', SrcK8S_Service: 'web' },
    };
    const other = { ...reply, SrcK8S_Service: 'other' };
    for (const [flow, back] of [
      [request, reply],
      [reply, request],
    ] as const) {
      const summary = summarizeConversation(sets(flow), [request, reply, other, { ...reply, DstPort: 50_001 }]);
      expect(summary).toMatchObject({ there: { flows: 1 }, back: { flows: 1 } });
      const options = { labels: [], duplicates: 'show' as const, also: sets(flow).also };
      expect(matchesQuery(sets(flow).both, options, back)).toBe(true);
      expect(matchesQuery(sets(flow).both, options, other)).toBe(false);
    }
  });

  test('needs no ports', () => {
    const icmp = { SrcAddr: '10.0.0.1', DstAddr: 'fe80::1', Proto: 1, IcmpType: 8 };
    const { there, back } = sets(icmp);
    expect(formatFilters(there.filters)).toBe('src_ip=10.0.0.1 dst_ip=fe80::1 proto=1');
    expect(matchesFlow(back, { SrcAddr: 'fe80::1', DstAddr: '10.0.0.1', Proto: 1, IcmpType: 0 })).toBe(true);
  });

  test('is told by Ethernet addresses where there is no IP; a flow without two ends has none', () => {
    const arp = { SrcMac: '02:42:ac:11:00:02', DstMac: '02:42:ac:11:00:03', Etype: 2054 };
    expect(formatFilters(sets(arp).there.filters)).toBe('src_mac=02:42:ac:11:00:02 dst_mac=02:42:ac:11:00:03');
    expect(conversationSets({ SrcAddr: '10.0.0.1', Proto: 6 })).toBeUndefined();
    expect(conversationSets({ SrcAddr: '', DstAddr: '' })).toBeUndefined();
    expect(conversationSets({})).toBeUndefined();
  });

  test('knows where both ends are the same', () => {
    expect(sets(FLOW).sameEnds).toBe(false);
    expect(sets({ SrcAddr: '::1', DstAddr: '::1', SrcPort: 5, DstPort: 6 }).sameEnds).toBe(false);
    expect(sets({ SrcAddr: '::1', DstAddr: '::1', SrcPort: 5, DstPort: 5 }).sameEnds).toBe(true);
    expect(sets({ SrcAddr: '::1', DstAddr: '::1', Proto: 58 }).sameEnds).toBe(true);
  });

  test('is added up each way, each flow once', () => {
    const flows = [
      { ...FLOW, Bytes: 100, Packets: 1, TimeFlowStartMs: 1000, TimeFlowEndMs: 2000 },
      { ...FLOW, Bytes: 50, Packets: 2, TimeFlowStartMs: 3000, TimeFlowEndMs: 5000 },
      { ...BACK, Bytes: 7, TimeFlowStartMs: 900, TimeFlowEndMs: 4000 },
      { ...FLOW, DstPort: 80, Bytes: 9999, TimeFlowEndMs: 9000 },
    ];
    expect(summarizeConversation(sets(FLOW), flows)).toEqual({
      there: { flows: 2, bytes: 150, packets: 3 },
      back: { flows: 1, bytes: 7, packets: 0 },
      firstMs: 900,
      lastMs: 5000,
    });
    const self = { SrcAddr: '::1', DstAddr: '::1', Bytes: 5 };
    expect(summarizeConversation(sets(self), [self])).toMatchObject({ there: { flows: 1 }, back: { flows: 0 } });
    expect(summarizeConversation(sets(FLOW), [])).toMatchObject({ firstMs: undefined, lastMs: undefined });
  });

  test('the nearest in time is found before or after, the later of two as near', () => {
    const time = (value: number | undefined) => value;
    expect(nearestInTime([100, 180, 300], 200, time)).toBe(180);
    expect(nearestInTime([100, 230, undefined, 170], 200, time)).toBe(230);
    expect(nearestInTime([170, 230], 200, time)).toBe(230);
    expect(nearestInTime([undefined], 200, time)).toBeUndefined();
  });
});
