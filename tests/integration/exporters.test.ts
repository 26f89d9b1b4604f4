import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FLOW_APP, type FlowRecord } from '@netobserv-flows/schema';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { collectorConfig } from '../../collector/src/config/root';
import { createLog } from '../../collector/src/log';
import { startCollector } from '../../collector/src/run';
import { ipv4Udp, pcapFile } from '../../collector/test/decode/pcapFile';
import { findOnPath } from '../../stack/process/findOnPath';
import { locateOpenVSwitch, OpenVSwitch, tcpPacket } from './exporters/openVSwitch';
import { Programs } from './exporters/program';
import { LokiClient } from './lokiClient';

const files = locateOpenVSwitch();
const noOpenVSwitch = files === undefined ? ' (skipped: Open vSwitch is not installed)' : '';
const softflowd = findOnPath('softflowd', `${process.env['PATH']}:/usr/sbin`);
const noSoftflowd = softflowd === undefined ? ' (skipped: softflowd is not installed)' : '';

const WAIT = { timeout: 20_000 };

let ended: Array<() => unknown> = [];
afterEach(async () => {
  for (const end of ended.reverse()) {
    await end();
  }
  ended = [];
});

/** A collector on free ports of UDP and TCP; `flows` are what Loki has of it. */
async function start() {
  const test = randomUUID();
  const config = collectorConfig.parse({
    receive: { listen: ['127.0.0.1:0'], tcp: { listen: ['127.0.0.1:0'] } },
    decode: { exporters: [{ address: '127.0.0.1', name: 'the switch' }] },
    http: { listen: '127.0.0.1:0' },
    loki: { url: inject('lokiUrl'), batchWaitMs: 50, extraLabels: { test }, drainMs: 500 },
  });
  const collector = await startCollector(config, createLog({ level: 'silent' }));
  ended.push(() => collector.stop());
  const loki = new LokiClient(config.loki.url);
  const flows = async (): Promise<FlowRecord[]> => {
    const now = BigInt(Date.now()) * 1_000_000n;
    const hour = 3_600_000_000_000n;
    const entries = await loki.lines(`{app="${FLOW_APP}", test="${test}"}`, now - 24n * hour, now + hour);
    return entries.map(({ line, labels }) => ({ ...(JSON.parse(line) as FlowRecord), ...labels }));
  };
  return { collector, flows, udp: collector.udp[0]!.port, tcp: collector.tcp[0]!.port };
}

const sum = (flows: readonly FlowRecord[], field: 'Bytes' | 'Packets') =>
  flows.reduce((total, flow) => total + flow[field], 0);

describe.skipIf(files === undefined)(`a genuine Open vSwitch${noOpenVSwitch}`, () => {
  const PACKETS = 5;
  /** `netdev-dummy/receive` makes packets of 118 bytes, 104 without their Ethernet header. */
  const IP_BYTES = 104;

  async function exporting(protocol: 'exportIpfix' | 'exportSflow' | 'exportNetflow') {
    const started = await start();
    const ovs = await OpenVSwitch.start(files!);
    ended.push(() => ovs.stop());
    await ovs[protocol](started.udp);
    for (let i = 0; i < PACKETS; i++) {
      await ovs.receive(tcpPacket('10.244.0.5', '10.244.1.7', [40_000, 443]));
    }
    return { ...started, ovs };
  }
  const ENDS = { SrcAddr: '10.244.0.5', DstAddr: '10.244.1.7', SrcPort: 40_000, DstPort: 443, Proto: 6 };

  it('exports sFlow: every packet is a flow in Loki', async () => {
    const { flows, collector } = await exporting('exportSflow');
    await expect.poll(async () => (await flows()).length, WAIT).toBe(PACKETS);
    const found = await flows();
    for (const flow of found) {
      expect(flow).toMatchObject({
        ...{ ...ENDS, Bytes: IP_BYTES, Packets: 1, Sampling: 1, AgentIP: '127.0.0.1', Flags: 0x10 },
        ...{ SrcMac: '50:54:00:00:00:05', DstMac: '50:54:00:00:00:07', Etype: 0x0800, Interfaces: ['1001', '1002'] },
      });
    }
    expect(collector.status().lost).toEqual({});
    expect(collector.status().exporters).toMatchObject([{ address: '127.0.0.1', name: 'the switch' }]);
    // It polls its counters every second.
    const metric = async () => {
      const text = await (await fetch(`http://127.0.0.1:${collector.httpPort}/metrics`)).text();
      return Number(/netobserv_flows_sflow_counter_samples_total (\d+)/.exec(text)?.[1]);
    };
    await expect.poll(metric, WAIT).toBeGreaterThan(0);
  });

  it('exports IPFIX: observed coming in and going out, counted once', async () => {
    const { flows, collector, ovs } = await exporting('exportIpfix');
    const total = async () =>
      sum(
        (await flows()).filter(({ Duplicate }) => Duplicate !== true),
        'Packets'
      );
    // A flow is exported when a packet comes after its second is over.
    const more = setInterval(() => void ovs.receive(tcpPacket('10.244.0.9', '10.244.1.9', [1, 2])), 500);
    ended.push(() => clearInterval(more));
    const ours = async () => (await flows()).filter(({ SrcAddr }) => SrcAddr === ENDS.SrcAddr);
    const counted = async () =>
      sum(
        (await ours()).filter(({ Duplicate }) => Duplicate !== true),
        'Packets'
      );
    await expect.poll(counted, WAIT).toBe(PACKETS);
    clearInterval(more);
    const found = await ours();
    expect(found.some(({ FlowDirection, Duplicate }) => Number(FlowDirection) === 1 && Duplicate === true)).toBe(true);
    expect(found[0]).toMatchObject({ ...ENDS, ObservationDomainId: 123, Sampling: 1 });
    // It calls the first packet of a flow dropped, which it is not.
    expect(found.filter(({ PktDropPackets }) => PktDropPackets !== undefined)).toEqual([]);
    expect(await total()).toBeGreaterThanOrEqual(PACKETS);
    expect(collector.status().lost).toEqual({});
  });

  it('exports IPFIX of what another bridge hands over only as it goes out: it counts once', async () => {
    const { flows, collector, udp } = await start();
    const ovs = await OpenVSwitch.start(files!);
    ended.push(() => ovs.stop());
    await ovs.addBridgeBefore();
    await ovs.exportIpfix(udp);
    for (let i = 0; i < PACKETS; i++) {
      await ovs.receive(tcpPacket('203.0.113.9', '10.244.0.5', [443, 40_000]), 'p3');
    }
    // Something else, that it has observed coming in, and more of it until the flow is exported.
    const more = setInterval(() => void ovs.receive(tcpPacket('10.244.0.9', '10.244.1.9', [1, 2])), 500);
    ended.push(() => clearInterval(more));
    const ours = async () => (await flows()).filter(({ SrcAddr }) => SrcAddr === '203.0.113.9');
    await expect.poll(async () => sum(await ours(), 'Packets'), WAIT).toBe(PACKETS);
    expect((await ours()).every(({ Duplicate }) => Duplicate === undefined)).toBe(true);
    const others = async () => (await flows()).filter(({ SrcAddr }) => SrcAddr === '10.244.0.9');
    await expect.poll(async () => (await others()).some(({ Duplicate }) => Duplicate === true), WAIT).toBe(true);
    clearInterval(more);
    expect(collector.status().lost).toEqual({});
  });

  it('exports NetFlow v5', async () => {
    const { flows, collector } = await exporting('exportNetflow');
    const counted = async () =>
      sum(
        (await flows()).filter(({ SrcAddr }) => SrcAddr === ENDS.SrcAddr),
        'Packets'
      );
    await expect.poll(counted, WAIT).toBeGreaterThanOrEqual(PACKETS - 1);
    expect((await flows())[0]).toMatchObject({ ...ENDS, ObservationDomainId: 0x0102 });
    expect(collector.status().lost).toEqual({});
  });
});

describe.skipIf(softflowd === undefined)(`a genuine softflowd${noSoftflowd}`, () => {
  const ETHERNET = Buffer.from('0a00000000020a00000000010800', 'hex');

  /** Ten packets, of 128 bytes without their Ethernet header. */
  function capture(): string {
    const folder = mkdtempSync(join(tmpdir(), 'flows-softflowd-'));
    ended.push(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'traffic.pcap');
    const now = Date.now() - 60_000;
    const packets = Array.from({ length: 10 }, (_, index) => ({
      packet: Buffer.concat([ETHERNET, ipv4Udp(Buffer.alloc(100), '10.7.0.1', 5000, 6000)]),
      ms: now + 10 * index,
    }));
    writeFileSync(file, pcapFile(packets, { linkType: 1 }));
    return file;
  }

  it.each([
    ['IPFIX by TCP', ['-v', '10', '-P', 'tcp'], 'tcp'],
    ['IPFIX by UDP', ['-v', '10'], 'udp'],
    ['NetFlow v9', ['-v', '9'], 'udp'],
    ['NetFlow v5', ['-v', '5'], 'udp'],
  ] as const)('exports %s', async (_, options, transport) => {
    const started = await start();
    const { collector, flows } = started;
    const programs = new Programs();
    ended.push(() => programs.stop());
    const folder = mkdtempSync(join(tmpdir(), 'flows-softflowd-run-'));
    ended.push(() => rmSync(folder, { recursive: true, force: true }));
    // With a control socket it would wait for somebody there before it reads a file.
    const paths = ['-p', join(folder, 'pid'), '-c', 'none'];
    programs.start(softflowd!, ['-d', '-r', capture(), ...options, ...paths, '-n', `127.0.0.1:${started[transport]}`]);
    const ours = async () => (await flows()).filter(({ SrcAddr }) => SrcAddr === '10.7.0.1');
    await expect.poll(async () => sum(await ours(), 'Packets'), WAIT).toBe(10);
    expect(await ours()).toMatchObject([
      { DstAddr: '127.0.0.1', SrcPort: 5000, DstPort: 6000, Proto: 17, Bytes: 1280, AgentIP: '127.0.0.1' },
    ]);
    expect(collector.status().lost).toEqual({});
  });
});
