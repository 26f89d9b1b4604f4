import type { FlowRecord } from '@netobserv-flows/schema';
import { describe, expect, it } from 'vitest';
import { flow, T } from '../enrich/flow';
import {
  B,
  ROUTER_1,
  SECOND,
  INGRESS,
  EGRESS,
  FROM_A,
  FROM_B,
  TO_A,
  TO_B,
  FROM_OUTSIDE,
  TO_OUTSIDE,
  TO_CLUSTER_IP,
  BY_A,
  BY_B,
  TUNNEL_A_B,
  stage,
} from './stage';

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

  it('leave flows to nodes that have not exported, and tell how many until one has', () => {
    const { dedup, counts } = stage({ assumeNodesExport: true });
    const byRouter = () => counts({ AgentIP: ROUTER_1 }, INGRESS, FROM_A, TO_OUTSIDE);
    expect([byRouter(), byRouter(), dedup.stats.assumedFlows]).toEqual([false, false, 2]);
    counts(BY_B, INGRESS, FROM_B, TO_B);
    expect([byRouter(), dedup.stats.assumedFlows]).toEqual([false, 2]);
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
