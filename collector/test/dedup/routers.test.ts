import type { FlowRecord } from '@netobserv-flows/schema';
import { describe, expect, it } from 'vitest';
import { T } from '../enrich/flow';
import {
  ROUTER_1,
  ROUTER_2,
  SECOND,
  INGRESS,
  FROM_A,
  FROM_B,
  TO_B,
  FROM_OUTSIDE,
  TO_OUTSIDE,
  BY_A,
  BY_B,
  stage,
} from './stage';

describe('routers, where no node exports', () => {
  const seenBy = (AgentIP: string) => [{ AgentIP }, FROM_OUTSIDE, { DstAddr: '198.51.100.1' }];

  it('the first to tell of a flow owns it', () => {
    const { counts } = stage();
    expect([counts(...seenBy(ROUTER_1)), counts(...seenBy(ROUTER_2)), counts(...seenBy(ROUTER_1))]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('another flow may have another owner', () => {
    const { counts } = stage();
    counts(...seenBy(ROUTER_1));
    expect(counts(...seenBy(ROUTER_2), { SrcPort: 40_001 })).toBe(true);
  });

  it('ownership outlasts an active timeout of half an hour, while the owner is heard', () => {
    const { counts, time } = stage();
    counts(...seenBy(ROUTER_1));
    for (let minute = 1; minute <= 30; minute++) {
      time.nowMs = T + minute * 60 * SECOND;
      counts(...seenBy(ROUTER_1), { SrcPort: 50_000 });
    }
    expect([counts(...seenBy(ROUTER_2)), counts(...seenBy(ROUTER_1))]).toEqual([false, true]);
  });

  it('an owner that falls silent loses it', () => {
    const { counts, time } = stage();
    counts(...seenBy(ROUTER_1));
    time.nowMs = T + 300 * SECOND;
    expect(counts(...seenBy(ROUTER_2))).toBe(true);
  });

  it('flows of pods count from the first, though their nodes’ names are known', () => {
    const { counts } = stage();
    expect(counts({ AgentIP: ROUTER_1 }, INGRESS, FROM_A, TO_OUTSIDE)).toBe(true);
  });

  it('ARP of different stations is not one flow', () => {
    const { counts } = stage();
    const arp = (AgentIP: string, SrcMac: string) => ({ AgentIP, SrcMac, Etype: 2054, SrcPort: undefined });
    expect(counts(arp(ROUTER_1, '02:00:00:00:00:01'))).toBe(true);
    expect(counts(arp(ROUTER_2, '02:00:00:00:00:02'))).toBe(true);
    expect(counts(arp(ROUTER_2, '02:00:00:00:00:01'))).toBe(false);
  });

  it('owned flows are bounded, and owners that are forgotten too early are counted', () => {
    const { dedup, counts, time } = stage({ maxOwnedFlows: 100, silentSeconds: 300 });
    counts(...seenBy(ROUTER_2));
    const tell = () => {
      for (let SrcPort = 1; SrcPort <= 1_000; SrcPort++) {
        counts(...seenBy(ROUTER_1), { SrcPort });
      }
    };
    tell();
    expect(dedup.stats).toMatchObject({ ownedFlows: 100, forgottenOwners: 901 });
    time.nowMs = T + 300 * SECOND;
    tell();
    // The first hundred were silent by then.
    expect(dedup.stats).toMatchObject({ ownedFlows: 100, forgottenOwners: 901 + 900 });
  });

  it('nothing is remembered of a router that has been alone for as long as it would own a flow', () => {
    const { dedup, counts, time } = stage({ ownershipSeconds: 120, maxOwnedFlows: 100 });
    for (let SrcPort = 1; SrcPort <= 1_000; SrcPort++) {
      time.nowMs = T + SrcPort * 100;
      expect(counts(...seenBy(ROUTER_1), { SrcPort })).toBe(true);
    }
    expect(dedup.stats.ownedFlows).toBe(100);
    time.nowMs = T + 121 * SECOND;
    expect(counts(...seenBy(ROUTER_1))).toBe(true);
    expect(dedup.stats).toMatchObject({ ownedFlows: 0, forgottenOwners: 0 });
    counts(...seenBy(ROUTER_2), { SrcPort: 2_000 });
    expect([counts(...seenBy(ROUTER_1)), counts(...seenBy(ROUTER_2))]).toEqual([true, false]);
  });

  describe('a flow that takes another way', () => {
    const BOTH_HEARD = [ROUTER_1, ROUTER_2];

    /** Minutes, of an hour, after which the second router's records count; the first has told of the flow `every` minute. */
    function countsAfter(every: number, minutesBefore = 60): number | undefined {
      const { counts, time, mark } = stage();
      for (let minute = 0; minute <= minutesBefore + 60; minute++) {
        time.nowMs = T + minute * 60 * SECOND;
        BOTH_HEARD.forEach((AgentIP) => mark({ AgentIP }, FROM_OUTSIDE, TO_OUTSIDE, { SrcPort: 1 }));
        if (minute <= minutesBefore) {
          if (minute % every === 0) {
            expect(counts(...seenBy(ROUTER_1))).toBe(true);
          }
        } else if (counts(...seenBy(ROUTER_2))) {
          return minute - minutesBefore;
        }
      }
      return undefined;
    }

    it.each([
      ['five minutes', 1, 5],
      ['three times that', 5, 15],
      ['an hour at most', 30, 60],
    ])('counts there once its owner has been silent on it for %s, who told of it every %i min', (_, every, minutes) => {
      expect(countsAfter(every)).toBe(minutes);
    });

    it('counts there after an hour where its owner has told of it once', () => {
      expect(countsAfter(60, 0)).toBe(60);
    });
  });
});

describe('a router beside nodes that export', () => {
  const BY_ROUTER = { AgentIP: ROUTER_1 };
  const LOAD_BALANCER = '198.51.100.80';
  const TO_SERVICE = { DstAddr: LOAD_BALANCER, DstK8S_Type: 'Service' };
  const FROM_SERVICE = { SrcAddr: LOAD_BALANCER, SrcK8S_Type: 'Service' };
  const FROM_NODE_C = { SrcAddr: '10.128.2.10', SrcK8S_HostName: 'node-c' };

  it.each([
    ['requests', [BY_B, INGRESS, FROM_OUTSIDE, TO_SERVICE], [BY_ROUTER, INGRESS, FROM_OUTSIDE, TO_SERVICE]],
    ['replies', [BY_B, INGRESS, FROM_B, TO_OUTSIDE], [BY_ROUTER, INGRESS, FROM_SERVICE, TO_OUTSIDE]],
  ])('tells of %s of a load-balanced Service what the pod’s node has observed', (_, atNode, atRouter) => {
    const { counts, learnt } = stage();
    learnt();
    expect([counts(...atRouter), counts(...atNode), counts(...atRouter)]).toEqual([false, true, false]);
  });

  it('counts them where flows have an end at a node that does not export: they may be of its pods', () => {
    const { counts, learnt, time } = stage({ silentSeconds: 300 });
    learnt();
    time.nowMs += SECOND;
    counts(BY_ROUTER, INGRESS, FROM_NODE_C, TO_OUTSIDE);
    expect(counts(BY_ROUTER, INGRESS, FROM_SERVICE, TO_OUTSIDE)).toBe(true);
  });

  it('counts them once no node exports any more', () => {
    const { counts, learnt, time } = stage({ silentSeconds: 300 });
    learnt();
    time.nowMs += 300 * SECOND;
    expect(counts(BY_ROUTER, INGRESS, FROM_SERVICE, TO_OUTSIDE)).toBe(true);
  });

  it('counts them where no node exports', () => {
    const { counts } = stage();
    expect(counts(BY_ROUTER, INGRESS, FROM_SERVICE, TO_OUTSIDE)).toBe(true);
  });

  it('does not where every node is taken to export', () => {
    const { counts } = stage({ assumeNodesExport: true });
    expect(counts(BY_ROUTER, INGRESS, FROM_SERVICE, TO_OUTSIDE)).toBe(false);
  });
});

describe('a router that exports both sides of some of its interfaces only', () => {
  const BY_ROUTER = { AgentIP: ROUTER_1 };
  const IN_BY_WAN = { Interfaces: ['17'], IfDirections: [0], FlowDirection: 0 };
  const LAN_TO_WAN = { Interfaces: ['17', '11'], IfDirections: [1, 0], FlowDirection: 1 };
  const WAN_TO_LAN = { Interfaces: ['11', '17'], IfDirections: [1, 0], FlowDirection: 1 };
  /** As Cisco 1941 sends it: the interface that it went out by is not told. */
  const FROM_LAN = { Interfaces: ['11'], IfDirections: [0], FlowDirection: 1 };
  const UP = [BY_ROUTER, { SrcAddr: '192.0.2.65' }, TO_OUTSIDE];
  const DOWN = [BY_ROUTER, FROM_OUTSIDE, { DstAddr: '192.0.2.65' }];

  /** Five minutes of traffic in both directions of one interface. */
  function watched(up: Partial<FlowRecord>) {
    const started = stage();
    for (let second = 0; second <= 300; second += 10) {
      started.time.nowMs = T + second * SECOND;
      started.mark(...DOWN, IN_BY_WAN);
      started.mark(...UP, up);
    }
    return started;
  }

  it.each([
    ['both interfaces', LAN_TO_WAN],
    ['only that it came in by', FROM_LAN],
  ])('counts what goes out after it came in by an interface without export, where it names %s', (_, up) => {
    const { counts } = watched(up);
    expect([counts(...UP, up), counts(...DOWN, IN_BY_WAN)]).toEqual([true, true]);
  });

  it('counts what came in by one with export as it comes in', () => {
    const { counts } = watched(LAN_TO_WAN);
    expect(counts(...DOWN, WAN_TO_LAN)).toBe(false);
  });

  it('is not what a router becomes that exports both sides of all', () => {
    const { counts, mark, time } = watched(LAN_TO_WAN);
    mark(...UP, { Interfaces: ['11'], IfDirections: [0], FlowDirection: 0 });
    time.nowMs += SECOND;
    expect(counts(...UP, LAN_TO_WAN)).toBe(false);
  });

  it('is judged as a whole beyond 50,000 interfaces', () => {
    const { counts, mark, time } = stage();
    const from = (port: number) => ({ ...LAN_TO_WAN, Interfaces: ['17', `lan${port}`] });
    for (let port = 0; port < 50_000; port++) {
      time.nowMs = T + port * 10;
      mark(...UP, from(port));
    }
    expect([counts(...UP, from(49_999)), counts(...UP, from(50_000))]).toEqual([false, true]);
  });

  it('is not learnt of nodes: a switch sends copies of one packet to many ports', () => {
    const { counts, mark, time, learnt } = stage();
    learnt();
    for (let second = 0; second <= 600; second += 10) {
      time.nowMs += 10 * SECOND;
      mark(BY_A, INGRESS, FROM_A, TO_B, { Interfaces: ['p1'] });
      mark(BY_A, FROM_A, TO_OUTSIDE, { ...LAN_TO_WAN, Interfaces: ['p3', 'p2'] });
    }
    expect(counts(BY_A, FROM_A, TO_OUTSIDE, { ...LAN_TO_WAN, Interfaces: ['p3', 'p2'] })).toBe(false);
  });
});
