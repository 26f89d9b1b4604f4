import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { findOnPath } from '../../process/findOnPath';
import { buildCluster } from '../model/cluster';
import { observe, type Observation } from '../observe';
import { OvsExporter } from '../ovs/exporter';
import { TEMPLATE_KINDS, templateId } from '../ovs/templates';
import { trafficOfSlot } from '../traffic/traffic';
import { pcapOf } from './pcap';

const recording = fileURLToPath(new URL('../../../../shared/captures/recorded/ovs.jsonl', import.meta.url));
const NOON = Date.UTC(2026, 10, 24, 12);
const EXPORT_SECONDS = NOON / 1000;

/** The sets of an IPFIX message, without its header. */
function setsOf(datagram: Buffer): Array<{ id: number; body: Buffer }> {
  const sets = [];
  for (let at = 16; at < datagram.length;) {
    const length = datagram.readUInt16BE(at + 2);
    sets.push({ id: datagram.readUInt16BE(at), body: datagram.subarray(at + 4, at + length) });
    at += length;
  }
  return sets;
}

/** All (options) template records, as they stand one after another. */
function templateBytes(datagrams: readonly Buffer[], setId: number): Buffer {
  return Buffer.concat(datagrams.flatMap(setsOf).flatMap(({ id, body }) => (id === setId ? [body] : [])));
}

function observations(): Observation[] {
  const cluster = buildCluster(1);
  return trafficOfSlot(cluster, NOON, { slotMs: 60_000, rate: 1 }).flatMap((flow) => observe(cluster, flow));
}

test('there are 88 templates, numbered as Open vSwitch numbers them', () => {
  const ids = TEMPLATE_KINDS.map(templateId);
  expect(new Set(ids).size).toBe(88);
  expect(templateId({ vlan: false, ip: 'v4', transport: 'tcp', tunnel: false, egress: false })).toBe(280);
  expect(templateId({ vlan: true, ip: 'v4', transport: 'sctp', tunnel: false, egress: false })).toBe(348);
});

describe.skipIf(!existsSync(recording))(
  `beside a recorded Open vSwitch (skipped without ${recording.slice(-22)})`,
  () => {
    test('templates and options template are equal to the last byte', () => {
      const real = readFileSync(recording, 'utf8')
        .trim()
        .split('\n')
        .map((line) => Buffer.from((JSON.parse(line) as { hex: string }).hex, 'hex'));
      const ours = new OvsExporter().announce(EXPORT_SECONDS);
      expect(templateBytes(ours, 2).toString('hex')).toBe(templateBytes(real, 2).toString('hex'));
      expect(templateBytes(ours, 3).toString('hex')).toBe(templateBytes(real, 3).toString('hex'));
    });
  }
);

test('no datagram is larger than 1,400 bytes and each says its own length', () => {
  const exporter = new OvsExporter();
  const datagrams = [...exporter.announce(EXPORT_SECONDS), ...observations().map((seen) => exporter.record(seen))];
  for (const datagram of datagrams) {
    expect(datagram.length).toBeLessThanOrEqual(1400);
    expect(datagram.readUInt16BE(2)).toBe(datagram.length);
    expect(setsOf(datagram).reduce((sum, { body }) => sum + 4 + body.length, 16)).toBe(datagram.length);
  }
});

test('the sequence counts data and option records, from 1', () => {
  const exporter = new OvsExporter();
  const announced = exporter.announce(EXPORT_SECONDS);
  const [first, second] = observations();
  const sequence = (datagram: Buffer | undefined): number | undefined => datagram?.readUInt32BE(8);
  expect(announced.map(sequence)).toEqual(announced.map(() => 1));
  expect(sequence(exporter.record(first!))).toBe(2);
  expect(sequence(exporter.record(second!))).toBe(3);
});

test('the export time is the whole second at or after the flow’s end', () => {
  const exporter = new OvsExporter();
  for (const seen of observations()) {
    const exportMs = exporter.record(seen).readUInt32BE(4) * 1000;
    expect(exportMs).toBeGreaterThanOrEqual(seen.endMs);
    expect(exportMs).toBeLessThan(seen.endMs + 1000);
  }
});

describe.skipIf(findOnPath('tshark') === undefined)(
  'as tshark reads it (skipped where tshark is not installed)',
  () => {
    test('every record has the bytes, packets, addresses and side of its observation', () => {
      const folder = mkdtempSync(join(tmpdir(), 'demo-'));
      try {
        const exporter = new OvsExporter();
        const sample = observations().slice(0, 400);
        const file = join(folder, 'demo.pcap');
        const datagrams = [...exporter.announce(EXPORT_SECONDS), ...sample.map((seen) => exporter.record(seen))];
        writeFileSync(file, pcapOf(datagrams, 4739));
        const fields = ['octets', 'packets', 'direction', 'srcaddr', 'srcaddrv6', 'dstaddr', 'dstaddrv6'];
        // More fields than Wireshark takes by default: Open vSwitch has templates of 63.
        const args = [
          '-o',
          'cflow.max_template_fields:0',
          '-r',
          file,
          '-d',
          'udp.port==4739,cflow',
          '-Y',
          'cflow.octets',
          '-T',
          'fields',
        ];
        const lines = execFileSync('tshark', [...args, ...fields.flatMap((field) => ['-e', `cflow.${field}`])], {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'ignore'],
        });
        const read = lines
          .trimEnd()
          .split('\n')
          .map((line) => line.split('\t'));
        expect(read).toHaveLength(sample.length);
        read.forEach(([bytes, packets, side, source4, source6, destination4, destination6], index) => {
          const seen = sample[index]!;
          expect(Number(bytes)).toBe(seen.bytes);
          expect(Number(packets)).toBe(seen.packets);
          expect(side).toBe(seen.side === 'ingress' ? '0' : '1');
          expect(source4 || source6).toBe(seen.tuple.sourceAddress);
          expect(destination4 || destination6).toBe(seen.tuple.destinationAddress);
        });
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }
);
