import { describe, expect, it } from 'vitest';
import { Decoder, type InterfaceCounters } from '../../../src/decode';
import { Interfaces } from '../../../src/interfaces';
import { datagramsOf, hasCaptures, noCaptures, RECEIVED_MS } from '../captures';
import { datagram, structure, u32 } from './messages';
import { OVS_DATAGRAM } from './ovs';

/** What a decoder tells of interfaces, and what it loses. */
function countersOf(payload: Buffer) {
  const heard: InterfaceCounters[] = [];
  const lost: string[] = [];
  const decoder = new Decoder({
    onLoss: (reason, _exporter, count) => lost.push(`${reason} ${count}`),
    onInterface: (address, counters, receivedMs) => {
      expect([address, receivedMs]).toEqual(['192.0.2.1', RECEIVED_MS]);
      heard.push(counters);
    },
  });
  const flows = decoder.decode({ payload, address: '192.0.2.1', port: 1, receivedMs: RECEIVED_MS });
  return { heard, lost, flows: flows.length, counterSamples: decoder.stats().counterSamples };
}

/** if_counters of interface 9: 1 Gb/s, up, with what is known. */
const counters = (...outAndIn: string[]) =>
  structure(1, u32(9, 6) + '000000003b9aca00' + u32(1, 3) + outAndIn.join('') + u32(0));
const incoming = `0000000100000000${u32(10, 2, 3, 4, 5, 0)}`;
const outgoing = `0000000000000fff${u32(20, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0)}`;

describe('counters of an sFlow agent', () => {
  it('of an interface: in and out; what has all bits set is not known', () => {
    const { heard, lost, flows, counterSamples } = countersOf(
      datagram([structure(2, u32(1, 9, 1) + counters(incoming, outgoing))])
    );
    expect(heard).toEqual([
      {
        ...{ index: 9, speed: 1_000_000_000, up: true },
        in: { bytes: 2 ** 32, packets: 15, discards: 4, errors: 5 },
        out: { bytes: 4095, packets: 20, errors: 0 },
      },
    ]);
    expect([lost, flows, counterSamples]).toEqual([[], 0, 1]);
  });

  it('with the port’s name, expanded, beside records of something else', () => {
    const name = structure(1005, `${u32(6)} 4574682f3100 0000`);
    const processor = structure(1001, u32(1, 2, 3, 4) + u32(0, 0, 0));
    const { heard } = countersOf(
      datagram([structure(4, u32(1, 0, 9, 3) + processor + name + counters(incoming, outgoing))])
    );
    expect(heard).toMatchObject([{ index: 9, name: 'Eth/1' }]);
    expect(countersOf(datagram([structure(2, u32(1, 9, 1) + processor)])).heard).toEqual([]);
  });

  it('of a genuine Open vSwitch, which knows neither multicast nor what it discards', () => {
    expect(countersOf(OVS_DATAGRAM).heard).toEqual([
      {
        ...{ index: 1003, name: 'p1', speed: 100_000_000, up: true },
        ...{ in: { bytes: 354, packets: 3 }, out: { bytes: 0, packets: 0 } },
      },
    ]);
  });

  it.skipIf(!hasCaptures)(`of a switch, as telegraf reads them${noCaptures}`, async () => {
    const [first] = await datagramsOf('telegraf/sflow_v5_example/sflow_v5.bin');
    // in_bytes, in_unicast_packets_total, in_dropped_packets, in_errors … of expected.out beside it.
    expect(countersOf(first!.payload).heard).toEqual([
      {
        ...{ index: 3, name: 'eno1', speed: 1_000_000_000, up: true },
        in: { bytes: 3910, packets: 28, discards: 0, errors: 0 },
        out: { bytes: 3946, packets: 29, discards: 0, errors: 0 },
      },
    ]);
  });

  it('that end early, or claim more than there is, take nothing else along', () => {
    const whole = u32(1, 9, 1) + counters(incoming, outgoing);
    for (let length = 0; length < whole.length / 2; length += 4) {
      const { heard, lost } = countersOf(datagram([structure(2, whole.slice(0, 2 * length))]));
      expect([heard, lost]).toEqual([[], ['malformed 1']]);
    }
    const claims = u32(1, 9, 0xffff_ffff) + counters(incoming, outgoing);
    expect(countersOf(datagram([structure(2, claims)]))).toMatchObject({ heard: [], lost: ['malformed 1'] });
    const name = structure(1005, u32(0xffff_ffff));
    expect(
      countersOf(datagram([structure(2, u32(1, 9, 2) + name + counters(incoming, outgoing))])).heard
    ).toMatchObject([{ index: 9 }]);
  });
});

describe('interfaces that are heard of', () => {
  const said = (index: number): InterfaceCounters => ({ index, up: true, in: {}, out: {} });

  it('are bounded, whatever is made up; those that are gone make room', () => {
    const interfaces = new Interfaces();
    for (let index = 0; index < 10_000; index++) {
      interfaces.heard('10.0.0.1', said(index), 0);
    }
    expect([...interfaces.all(0)]).toHaveLength(4096);
    interfaces.heard('10.0.0.1', said(0), 500_000);
    interfaces.heard('10.0.0.2', said(1), 700_000);
    expect([...interfaces.all(700_000)].map(({ exporter, counters: { index } }) => `${exporter} ${index}`)).toEqual([
      '10.0.0.1 0',
      '10.0.0.2 1',
    ]);
    expect([...interfaces.all(2_000_000)]).toEqual([]);
  });

  it('are looked through for those that are gone every ten seconds at most', () => {
    const interfaces = new Interfaces();
    for (let index = 0; index < 4096; index++) {
      interfaces.heard('10.0.0.1', said(index), 0);
    }
    // In vain: all are there still. A second later they are gone, which is found out ten seconds later.
    interfaces.heard('10.0.0.2', said(1), 600_000);
    interfaces.heard('10.0.0.2', said(2), 601_000);
    interfaces.heard('10.0.0.2', said(3), 610_000);
    expect([...interfaces.all(610_000)].map(({ counters: { index } }) => index)).toEqual([3]);
  });
});
