import { describe, expect, it } from 'vitest';
import { Decoder } from '../../../src/decode';
import { SflowAgents } from '../../../src/decode/sflow';
import type { Datagram, LossReason } from '../../../src/flow';
import { RECEIVED_MS } from '../captures';
import { bytes } from '../messages';
import { datagram, ethernet, ipv4, sampledHeader, structure, TCP, u32 } from './messages';
import { OVS_DATAGRAM } from './ovs';

const WRAP = 2 ** 32;
const packet = sampledHeader(ethernet('0800', ipv4(TCP, { proto: 6 })));

/** What tests say of a sample. */
interface Said {
  readonly sequence: number;
  readonly drops?: number;
  readonly source?: number;
}

const compact = ({ sequence, drops = 0, source = 3 }: Said) =>
  structure(1, u32(sequence, source, 100, 5000, drops, 3, 7, 1) + packet);
const expanded = ({ sequence, drops = 0, source = 3 }: Said) =>
  structure(3, u32(sequence, 0, source, 100, 5000, drops, 0, 3, 0, 7, 1) + packet);
const discarded = ({ sequence, drops = 0, source = 3 }: Said) =>
  structure(5, u32(sequence, 0, source, drops, 3, 7, 258, 1) + packet);

/** A decoder, and what it says is missing. */
function follower() {
  const lost: Array<{ reason: LossReason; exporter: string; count: number; detail?: string }> = [];
  const versions: unknown[] = [];
  const decoder = new Decoder({
    onLoss: (reason, exporter, count, detail) => lost.push({ reason, exporter, count, detail }),
    onMessage: (address, version, aheadMs) => versions.push([address, version, aheadMs]),
  });
  const decode = (payload: Buffer, rest: Partial<Datagram> = {}) =>
    decoder.decode({ payload, address: '192.0.2.1', port: 40_000, receivedMs: RECEIVED_MS, ...rest });
  const sum = (reason: LossReason) =>
    lost.filter((one) => one.reason === reason).reduce((total, { count }) => total + count, 0);
  return { decode, lost, versions, sum };
}

/** Drops that are found in samples of one source that come one by one. */
function dropsOf(samples: ReadonlyArray<Said & { readonly uptimeMs?: number }>): number {
  const { decode, sum } = follower();
  samples.forEach(({ uptimeMs = 60_000, ...said }) => decode(withUptime(datagram([compact(said)]), uptimeMs)));
  return sum('agent_drops');
}

function withUptime(payload: Buffer, uptimeMs: number): Buffer {
  payload.writeUInt32BE(uptimeMs, 20);
  return payload;
}

describe('what an sFlow agent drops', () => {
  it('is counted from the first sample on, by exporter', () => {
    const { decode, lost } = follower();
    decode(datagram([compact({ sequence: 11, drops: 500 })]));
    expect(lost).toEqual([]);
    decode(datagram([compact({ sequence: 12, drops: 500 }), compact({ sequence: 13, drops: 507 })]));
    expect(lost).toEqual([
      {
        reason: 'agent_drops',
        exporter: '192.0.2.1',
        count: 7,
        detail:
          'the sFlow agent dropped 7 for want of resources: samples of data source 0:3, agent 192.0.2.200, ' +
          'sub-agent 0; have it sample one of more packets',
      },
    ]);
  });

  it.each<[string, number, Parameters<typeof dropsOf>[0]]>([
    [
      'wraps around',
      10,
      [
        { sequence: 1, drops: WRAP - 4 },
        { sequence: 2, drops: 6 },
      ],
    ],
    [
      'has sequence numbers that wrap around',
      3,
      [
        { sequence: WRAP - 1, drops: 1 },
        { sequence: 0, drops: 2 },
        { sequence: 1, drops: 4 },
      ],
    ],
    [
      'comes out of order, or twice',
      9,
      [
        { sequence: 1, drops: 1 },
        { sequence: 3, drops: 10 },
        { sequence: 2, drops: 5 },
        { sequence: 3, drops: 10 },
        { sequence: 4, drops: 10 },
      ],
    ],
    [
      'starts anew with its agent: what it says then is new',
      5,
      [
        { sequence: 900, drops: 100, uptimeMs: 3_600_000 },
        { sequence: 1, drops: 2, uptimeMs: 1000 },
        { sequence: 2, drops: 5, uptimeMs: 2000 },
      ],
    ],
    [
      'starts anew by itself: nobody can say how much of it is new',
      1,
      [
        { sequence: 5000, drops: 100 },
        { sequence: 1, drops: 2 },
        { sequence: 2, drops: 3 },
      ],
    ],
    [
      'goes on over the wrap of the uptime',
      2,
      [
        { sequence: 7, drops: 3, uptimeMs: WRAP - 500 },
        { sequence: 8, drops: 5, uptimeMs: 500 },
      ],
    ],
    [
      'is garbage: what would be the larger half of the range',
      0,
      [
        { sequence: 1, drops: 7 },
        { sequence: 2, drops: 2_900_000_000 },
      ],
    ],
  ])('%s', (_, expected, samples) => {
    expect(dropsOf(samples)).toBe(expected);
  });

  it('is told apart by source, agent, sub-agent and kind; a source is the same in both forms', () => {
    const { decode, sum } = follower();
    decode(
      datagram([
        compact({ sequence: 1, drops: 100 }),
        compact({ sequence: 1, drops: 10, source: 4 }),
        discarded({ sequence: 1, drops: 1 }),
      ])
    );
    decode(datagram([compact({ sequence: 1, drops: 1000 })], { subAgent: 1 }));
    decode(datagram([compact({ sequence: 1, drops: 1000 })], { agent: '00000001 c00002c9' }));
    expect(sum('agent_drops')).toBe(0);
    decode(datagram([expanded({ sequence: 2, drops: 101 }), expanded({ sequence: 2, drops: 12, source: 4 })]));
    expect(sum('agent_drops')).toBe(3);
    decode(datagram([discarded({ sequence: 2, drops: 4 })]));
    expect(sum('agent_drops')).toBe(6);
  });

  it('is read of samples whose packet is not', () => {
    const { decode, lost } = follower();
    const bare = (said: Said) => structure(1, u32(said.sequence, 3, 100, 5000, said.drops ?? 0, 3, 7, 0));
    decode(datagram([bare({ sequence: 1 })]));
    decode(datagram([bare({ sequence: 2, drops: 6 })]));
    expect(lost.map(({ reason, count }) => `${reason} ${count}`)).toEqual([
      'not_a_flow 1',
      'agent_drops 6',
      'not_a_flow 1',
    ]);
  });

  it('stands in a datagram of a genuine Open vSwitch where it is expected', () => {
    const { decode, lost } = follower();
    decode(OVS_DATAGRAM);
    const next = Buffer.from(OVS_DATAGRAM);
    // Its three samples, of 208 bytes with their heads: numbers 4 to 6, the last of which tells of 9 drops.
    for (const [index, at] of [28, 236, 444].entries()) {
      expect(next.readUInt32BE(at + 8)).toBe(index + 1);
      next.writeUInt32BE(index + 4, at + 8);
    }
    next.writeUInt32BE(9, 444 + 8 + 16);
    expect(decode(next)).toHaveLength(3);
    expect(lost).toMatchObject([{ reason: 'agent_drops', count: 9 }]);
    expect(lost[0]!.detail).toContain('data source 2:1000, agent 127.0.0.1');
  });
});

/** Datagrams of one agent with so many samples each, of one source. */
function stream(datagrams: number, start = 1, samples = 3): Buffer[] {
  return Array.from({ length: datagrams }, (_, index) => {
    const first = start + index * samples;
    return datagram(Array.from({ length: samples }, (_, at) => compact({ sequence: (first + at) % WRAP })));
  });
}

describe('sFlow samples that do not arrive', () => {
  const missing = (payloads: readonly Buffer[], header: Partial<Datagram> = {}) => {
    const { decode, lost, sum } = follower();
    payloads.forEach((payload, index) => decode(payload, { ...header, receivedMs: RECEIVED_MS + index * 100 }));
    return { lost, gap: sum('sequence_gap') };
  };

  it('are counted, once it is known that the source numbers them', () => {
    const all = stream(100);
    const { lost, gap } = missing(all.filter((_, index) => index !== 5 && index !== 50 && index !== 51));
    expect(gap).toBe(6);
    expect(lost[0]!.detail).toBe('6 did not arrive: samples of data source 0:3, agent 192.0.2.200, sub-agent 0');
  });

  it('are none where all arrive, over the wrap of the numbers too', () => {
    expect(missing(stream(200, WRAP - 300)).gap).toBe(0);
  });

  it('are none where datagrams overtake each other', () => {
    const all = stream(100);
    for (const index of [30, 47, 60, 91]) {
      [all[index], all[index + 1]] = [all[index + 1]!, all[index]!];
    }
    expect(missing(all).gap).toBe(0);
  });

  it('are none where the agent starts anew', () => {
    const before = stream(100, 1000).map((payload) => withUptime(payload, 5_000_000));
    const after = stream(100).map((payload) => withUptime(payload, 2000));
    expect(missing([...before, ...after]).gap).toBe(0);
  });

  it('are none where an agent numbers in a way of its own', () => {
    // One number for all its sources.
    const payloads = Array.from({ length: 300 }, (_, index) =>
      datagram([compact({ sequence: index, source: 1 + ((index * 7) % 5) })])
    );
    expect(missing(payloads).gap).toBe(0);
    expect(missing(Array.from({ length: 100 }, () => datagram([compact({ sequence: 0 })]))).gap).toBe(0);
  });
});

describe('following sFlow agents', () => {
  it('tells that an exporter sends sFlow, which does not tell the time', () => {
    const { decode, versions } = follower();
    decode(datagram([]));
    decode(bytes(u32(5, 1, 0xc00002c8)));
    expect(versions).toEqual([['192.0.2.1', 'sflow5', undefined]]);
  });

  it('is bounded, whatever agents and sources are made up; the silent ones make room', () => {
    const agents = new SflowAgents(() => undefined);
    const origin = (subAgent: number) => ({ address: '192.0.2.1', agent: '192.0.2.200', subAgent });
    const first = agents.agentOf(origin(0), 0)!;
    first.begin(0, 0);
    for (let sourceIndex = 0; sourceIndex < 20_000; sourceIndex++) {
      first.sample({ sourceClass: 0, sourceIndex, sequence: 1, drops: 0 }, false);
    }
    expect(first.size).toBe(16_383);
    expect(agents.agentOf(origin(1), 60_000)).toBeUndefined();
    const second = agents.agentOf(origin(1), 700_000);
    expect(second).toBeDefined();
    expect(agents.agentOf(origin(0), 700_000)).not.toBe(first);
  });

  it('knows no class of sources beyond those of the standard', () => {
    const agents = new SflowAgents(() => undefined);
    const agent = agents.agentOf({ address: 'a', agent: undefined, subAgent: 0 }, 0)!;
    agent.sample({ sourceClass: 3, sourceIndex: 1, sequence: 1, drops: 0 }, false);
    expect(agent.size).toBe(0);
  });
});
