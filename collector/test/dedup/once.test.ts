import type { FlowRecord } from '@netobserv-flows/schema';
import { describe, expect, it } from 'vitest';
import { Deduplicator, dedupConfig } from '../../src/dedup/index';
import { flow, T } from '../enrich/flow';

const A = { exporter: '192.168.10.11', node: 'node-a' };
const B = { exporter: '192.168.10.12', node: 'node-b' };
const ROUTER_1 = '192.0.2.1';
const ROUTER_2 = '192.0.2.2';
const SECOND = 1_000;

const INGRESS = { IfDirections: [0] };
const EGRESS = { IfDirections: [1] };
const FROM_A = { SrcAddr: '10.128.0.10', SrcK8S_HostName: A.node };
const FROM_B = { SrcAddr: '10.128.1.10', SrcK8S_HostName: B.node };
const TO_A = { DstAddr: '10.128.0.10', DstK8S_HostName: A.node };
const TO_B = { DstAddr: '10.128.1.10', DstK8S_HostName: B.node };
const FROM_OUTSIDE = { SrcAddr: '203.0.113.1' };
const TO_OUTSIDE = { DstAddr: '203.0.113.1' };
const TO_CLUSTER_IP = { DstAddr: '172.30.0.80', DstPort: 80 };
const PORTS = { SrcPort: 40_000, DstPort: 8080 };
const BY_A = { AgentIP: A.exporter };
const BY_B = { AgentIP: B.exporter };
const TUNNEL_A_B = { TunnelSrcAddr: A.exporter, TunnelDstAddr: B.exporter };

/** A counting stage with its clock; `mark` returns the marked record. */
function stage(settings: object = {}) {
  const nodes = new Map([A, B].map(({ exporter, node }) => [exporter, node]));
  const dedup = new Deduplicator(dedupConfig.parse(settings), (address) => nodes.get(address));
  const time = { nowMs: T };
  const markAs = (cameInUnseen: boolean, fields: Array<Partial<FlowRecord>>) => {
    const record = flow(Object.assign({ ...PORTS }, ...fields));
    dedup.mark(record, time.nowMs, cameInUnseen);
    return record;
  };
  const mark = (...fields: Array<Partial<FlowRecord>>) => markAs(false, fields);
  const counts = (...fields: Array<Partial<FlowRecord>>) => mark(...fields).Duplicate === undefined;
  /** The same of what came in by no interface. */
  const countsUnseen = (...fields: Array<Partial<FlowRecord>>) => markAs(true, fields).Duplicate === undefined;
  /** Both nodes export, ingress and egress, and the learning is over. */
  const learnt = () => {
    for (let second = 0; second <= 150; second += 30) {
      time.nowMs = T + second * SECOND;
      [BY_A, BY_B].forEach((by) => [INGRESS, EGRESS].forEach((side) => mark(by, side, { SrcAddr: '10.9.9.9' })));
    }
  };
  return { dedup, time, mark, counts, countsUnseen, learnt };
}

type Observation = [what: string, fields: Array<Partial<FlowRecord>>];

const PATHS: Array<[statement: string, counted: Observation, ...copies: Observation[]]> = [
  [
    'a packet within one node: its switch sees it come in and go out',
    ['coming in', [BY_A, INGRESS, FROM_A, TO_A]],
    ['going out', [BY_A, EGRESS, FROM_A, TO_A]],
  ],
  [
    'a packet from node to node: both switches see both sides',
    ['in at the source’s node', [BY_A, INGRESS, FROM_A, TO_B]],
    ['out at the source’s node', [BY_A, EGRESS, FROM_A, TO_B]],
    ['in at the destination’s node, through the tunnel', [BY_B, INGRESS, FROM_A, TO_B, TUNNEL_A_B]],
    ['in at the destination’s node, without tunnel fields', [BY_B, INGRESS, FROM_A, TO_B]],
    ['out at the destination’s node', [BY_B, EGRESS, FROM_A, TO_B]],
  ],
  [
    'a packet to the outside',
    ['in at the node', [BY_A, INGRESS, FROM_A, TO_OUTSIDE]],
    ['out at the node', [BY_A, EGRESS, FROM_A, TO_OUTSIDE]],
    ['at a router beyond', [{ AgentIP: ROUTER_1 }, INGRESS, FROM_A, TO_OUTSIDE]],
  ],
  [
    'a packet from the outside',
    ['in at the node', [BY_B, INGRESS, FROM_OUTSIDE, TO_B]],
    ['out at the node', [BY_B, EGRESS, FROM_OUTSIDE, TO_B]],
    ['at a router before', [{ AgentIP: ROUTER_1 }, INGRESS, FROM_OUTSIDE, TO_B]],
  ],
  [
    'a packet from the outside that enters by another node',
    ['in at the node where it enters, to that node', [BY_A, INGRESS, FROM_OUTSIDE, TO_A]],
    ['out there, to the pod', [BY_A, EGRESS, FROM_OUTSIDE, TO_B]],
    ['in at the pod’s node, through the tunnel', [BY_B, INGRESS, FROM_OUTSIDE, TO_B, TUNNEL_A_B]],
  ],
  [
    'a packet to a Service: the address changes on the way',
    ['in, to the cluster IP', [BY_A, INGRESS, FROM_A, TO_CLUSTER_IP]],
    ['out, to the pod', [BY_A, EGRESS, FROM_A, TO_B]],
    ['in at the pod’s node, through the tunnel', [BY_B, INGRESS, FROM_A, TO_B, TUNNEL_A_B]],
    ['out at the pod’s node', [BY_B, EGRESS, FROM_A, TO_B]],
  ],
  [
    'a reply of a Service’s pod: the address changes at the client’s node',
    ['in at the pod’s node', [BY_B, INGRESS, FROM_B, TO_A]],
    ['in at the client’s node', [BY_A, INGRESS, FROM_B, TO_A, { TunnelSrcAddr: B.exporter }]],
    ['out at the client’s node, from the cluster IP', [BY_A, EGRESS, { SrcAddr: '172.30.0.80' }, TO_A]],
  ],
];

describe('exactly one observation of a packet counts', () => {
  describe.each(PATHS.map(([statement, counted, ...copies]) => ({ statement, counted, copies })))(
    '$statement',
    (path) => {
      const { counted, copies } = path;
      it.each(copies)(
        `what is seen ${counted[0]} counts, what is seen %s does not, from the first second`,
        (_what, copy) => {
          const { counts } = stage();
          expect([counts(...counted[1]), counts(...copy)]).toEqual([true, false]);
        }
      );

      it.each(copies)(`whichever comes first: %s before what is seen ${counted[0]}`, (_what, copy) => {
        const { counts, learnt } = stage();
        learnt();
        expect([counts(...copy), counts(...counted[1])]).toEqual([false, true]);
      });
    }
  );
});

describe('direction is the node’s', () => {
  it.each([
    ['egress where only the source is on it', [BY_A, INGRESS, FROM_A, TO_B], 1],
    ['ingress where only the destination is on it', [BY_B, EGRESS, FROM_A, TO_B], 0],
    ['inner where both are', [BY_A, INGRESS, FROM_A, TO_A], 2],
    ['what the exporter says where neither is', [BY_A, EGRESS, FROM_OUTSIDE, TO_B], 1],
    ['what the exporter says where it is no node’s', [{ AgentIP: ROUTER_1 }, INGRESS, FROM_A, TO_OUTSIDE], 0],
    ['unknown where nobody says', [{ AgentIP: ROUTER_1 }, FROM_OUTSIDE, TO_OUTSIDE], undefined],
  ])('%s', (_, fields, direction) => {
    const record = stage().mark(...(fields as Array<Partial<FlowRecord>>));
    expect(record.FlowDirection).toBe(direction);
    expect('FlowDirection' in record).toBe(direction !== undefined);
  });
});

describe('an exporter that only exports egress', () => {
  it('counts once it has been learnt', () => {
    const { counts, time } = stage({ learningSeconds: 120 });
    for (let i = 0; i < 30; i++) {
      expect(counts(BY_A, EGRESS, FROM_A, TO_OUTSIDE)).toBe(false);
    }
    time.nowMs = T + 119 * SECOND;
    expect(counts(BY_A, EGRESS, FROM_A, TO_OUTSIDE)).toBe(false);
    time.nowMs = T + 120 * SECOND;
    expect(counts(BY_A, EGRESS, FROM_A, TO_OUTSIDE)).toBe(true);
  });

  it('counts only at the source’s node all the same', () => {
    const { counts, time } = stage();
    for (let i = 0; i < 30; i++) {
      [BY_A, BY_B].forEach((by) => counts(by, EGRESS, FROM_A, TO_B));
    }
    time.nowMs = T + 121 * SECOND;
    expect([counts(BY_B, EGRESS, FROM_A, TO_B), counts(BY_A, EGRESS, FROM_A, TO_B)]).toEqual([false, true]);
  });

  it('gives egress up when it begins to export ingress', () => {
    const { counts, time } = stage();
    counts(BY_A, EGRESS, FROM_A, TO_OUTSIDE);
    time.nowMs = T + 200 * SECOND;
    expect(counts(BY_A, INGRESS, FROM_A, TO_OUTSIDE)).toBe(true);
    expect(counts(BY_A, EGRESS, FROM_A, TO_OUTSIDE)).toBe(false);
  });

  it('is not what an exporter becomes by a pause: egress has to go on alone', () => {
    const { counts, time, learnt } = stage();
    learnt();
    time.nowMs += 7_200 * SECOND;
    expect([counts(BY_A, EGRESS, FROM_A, TO_A), counts(BY_A, INGRESS, FROM_A, TO_A)]).toEqual([false, true]);
  });
});

describe('what is observed going out after it came in by no interface', () => {
  it('counts: what a switch is handed by another bridge, it observes only once', () => {
    const { countsUnseen, learnt, counts } = stage();
    learnt();
    expect(countsUnseen(BY_B, EGRESS, FROM_OUTSIDE, TO_B)).toBe(true);
    expect(counts(BY_B, EGRESS, FROM_OUTSIDE, TO_B)).toBe(false);
  });

  it('counts: what a host sends itself', () => {
    const { countsUnseen, learnt } = stage();
    learnt();
    expect(countsUnseen(BY_A, EGRESS, FROM_A, TO_OUTSIDE)).toBe(true);
  });

  it('is a copy where the source’s node has observed it', () => {
    const { countsUnseen, learnt } = stage();
    learnt();
    expect(countsUnseen(BY_B, EGRESS, FROM_A, TO_B)).toBe(false);
  });

  it('keeps the direction that the exporter says', () => {
    const { dedup } = stage();
    const record = flow({ ...BY_A, ...FROM_OUTSIDE, ...TO_OUTSIDE, FlowDirection: 1, IfDirections: [1] });
    dedup.mark(record, T, true);
    expect(record.FlowDirection).toBe(1);
  });

  it('does not make its exporter one of egress only', () => {
    const { countsUnseen, counts, learnt, time } = stage();
    learnt();
    for (let second = 0; second <= 600; second += 10) {
      time.nowMs += 10 * SECOND;
      countsUnseen(BY_B, EGRESS, FROM_OUTSIDE, TO_B);
    }
    expect(counts(BY_B, EGRESS, FROM_B, TO_OUTSIDE)).toBe(false);
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

describe('an exporter that goes silent', () => {
  it('leaves the counting to its peer', () => {
    const { counts, time, learnt } = stage({ silentSeconds: 300 });
    learnt();
    const silentSince = time.nowMs;
    const copy = () => counts(BY_B, INGRESS, FROM_A, TO_B, TUNNEL_A_B);
    time.nowMs = silentSince + 299 * SECOND;
    expect(copy()).toBe(false);
    time.nowMs = silentSince + 300 * SECOND;
    expect(copy()).toBe(true);
  });

  it('takes it back when it is heard again', () => {
    const { counts, time, learnt } = stage();
    learnt();
    time.nowMs += 400 * SECOND;
    expect(counts(BY_B, INGRESS, FROM_A, TO_B)).toBe(true);
    expect(counts(BY_A, INGRESS, FROM_A, TO_B)).toBe(true);
    expect(counts(BY_B, INGRESS, FROM_A, TO_B)).toBe(false);
  });

  it('never counts for a node that has no exporter, once that is known', () => {
    const { counts, time, learnt } = stage();
    const fromC = { SrcAddr: '10.128.2.10', SrcK8S_HostName: 'node-c' };
    expect(counts(BY_B, INGRESS, fromC, TO_B)).toBe(false);
    learnt();
    time.nowMs = T + 151 * SECOND;
    expect(counts(BY_B, INGRESS, fromC, TO_B)).toBe(true);
  });
});

describe('several collectors that share the nodes', () => {
  it('do not count what another has been told of, however long they hear nothing of that node', () => {
    const { counts, time } = stage({ assumeNodesExport: true });
    counts(BY_B, INGRESS, FROM_B, TO_B);
    time.nowMs = T + 3_600 * SECOND;
    expect(counts(BY_B, INGRESS, FROM_A, TO_B, TUNNEL_A_B)).toBe(false);
    expect(counts(BY_B, INGRESS, FROM_B, TO_A)).toBe(true);
    expect(counts(BY_B, INGRESS, FROM_OUTSIDE, TO_B)).toBe(true);
  });
});

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

  it('owned flows are bounded', () => {
    const { dedup, counts } = stage({ maxOwnedFlows: 100 });
    for (let SrcPort = 1; SrcPort <= 1_000; SrcPort++) {
      counts(...seenBy(ROUTER_1), { SrcPort });
    }
    expect(dedup.ownedFlows).toBe(100);
  });
});

describe('a spoofed exporter', () => {
  it('among 50,000 others does not make the known ones forgotten while they are heard', () => {
    const { counts, mark, learnt } = stage();
    learnt();
    for (let i = 0; i < 50_000; i++) {
      mark({ AgentIP: `198.51.${i >> 8}.${i & 255}` }, FROM_OUTSIDE, TO_OUTSIDE);
      if (i % 1_000 === 0) {
        mark(BY_A, INGRESS, FROM_A, TO_A);
      }
    }
    expect(counts(BY_A, EGRESS, FROM_A, TO_A)).toBe(false);
  });
});

describe('traffic of a host that passes by its own node’s switch', () => {
  const FROM_HOST_B = { SrcAddr: B.exporter, SrcK8S_HostName: B.node, SrcK8S_Type: 'Node' };

  it('counts at the pod’s node, whose switch names tunnels and saw none', () => {
    const { counts, learnt, mark } = stage();
    learnt();
    mark(BY_A, INGRESS, FROM_B, TO_A, { TunnelSrcAddr: B.exporter });
    expect(counts(BY_A, INGRESS, FROM_HOST_B, TO_A)).toBe(true);
    expect(counts(BY_A, EGRESS, FROM_HOST_B, TO_A)).toBe(false);
  });

  it('is a copy where it came through a tunnel: the host’s own switch has seen it', () => {
    const { counts, learnt } = stage();
    learnt();
    expect(counts(BY_B, INGRESS, FROM_HOST_B, TO_A)).toBe(true);
    expect(counts(BY_A, INGRESS, FROM_HOST_B, TO_A, { TunnelSrcAddr: B.exporter })).toBe(false);
  });

  it('is a copy at an exporter that never names tunnels: nothing tells that the host’s node did not see it', () => {
    const { counts, learnt } = stage();
    learnt();
    expect(counts(BY_A, INGRESS, FROM_HOST_B, TO_A)).toBe(false);
  });
});
