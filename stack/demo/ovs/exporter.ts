import type { Observation } from '../observe';
import type { OvsField } from './fields';
import { TEMPLATE_KINDS, templateFields, templateId, type TemplateKind } from './templates';
import { ExporterTotals } from './totals';
import { Writer } from './writer';

const IPFIX_VERSION = 10;
const MESSAGE_HEADER_BYTES = 16;
const TEMPLATE_SET = 2;
const OPTIONS_TEMPLATE_SET = 3;

/** No message is larger: it fits an Ethernet frame, with the headers of a tunnel. */
const MAX_MESSAGE_BYTES = 1400;

/** OVN-Kubernetes sets no observation domain: the source address alone names the node. */
const DOMAIN = 0;

/** Open vSwitch's options template: how many packets it could not send, by exporting process. */
const STATISTICS = { template: 462, process: 144, notSent: 167 } as const;

const TRANSPORT_OF: Readonly<Record<number, TemplateKind['transport']>> = {
  1: 'icmp',
  6: 'tcp',
  17: 'udp',
  58: 'icmp',
};

interface KnownTemplate {
  readonly id: number;
  readonly fields: readonly OvsField[];
}

const TEMPLATES = new Map<number, KnownTemplate>(
  TEMPLATE_KINDS.map((kind) => {
    const id = templateId(kind);
    return [id, { id, fields: templateFields(kind) }];
  })
);

function templateOf(observation: Observation): KnownTemplate {
  const id = templateId({
    vlan: false,
    ip: observation.tuple.sourceAddress.includes(':') ? 'v6' : 'v4',
    transport: TRANSPORT_OF[observation.protocol] ?? 'none',
    tunnel: observation.tunnel !== undefined,
    egress: observation.side === 'egress',
  });
  return TEMPLATES.get(id) as KnownTemplate;
}

function templateRecord({ id, fields }: KnownTemplate): Buffer {
  const writer = new Writer(4 + fields.length * 8);
  writer.u16(id);
  writer.u16(fields.length);
  for (const { element, length, enterprise } of fields) {
    // The top bit says that an enterprise number follows (RFC 7011 §3.2).
    writer.u16(enterprise === undefined ? element : element | 0x8000);
    writer.u16(length);
    if (enterprise !== undefined) {
      writer.u32(enterprise);
    }
  }
  return writer.finish();
}

/** The IPFIX exporter of one node's Open vSwitch: makes the datagrams that a real one sends. */
export class OvsExporter {
  private readonly totals = new ExporterTotals();
  // Open vSwitch starts at 1 and counts data and option records over all domains.
  private sequence = 1;

  /**
   * All templates and the statistics record. A real Open vSwitch repeats them every 600 s.
   * @param exportSeconds export time, in s since the Unix epoch.
   */
  announce(exportSeconds: number): Buffer[] {
    const datagrams: Buffer[] = [];
    let batch: Buffer[] = [];
    let size = 0;
    const flush = (): void => {
      if (batch.length > 0) {
        datagrams.push(this.message(exportSeconds, TEMPLATE_SET, batch));
      }
      batch = [];
      size = MESSAGE_HEADER_BYTES + 4;
    };
    flush();
    for (const template of TEMPLATES.values()) {
      const record = templateRecord(template);
      if (size + record.length > MAX_MESSAGE_BYTES) {
        flush();
      }
      batch.push(record);
      size += record.length;
    }
    flush();
    datagrams.push(this.statisticsTemplate(exportSeconds), this.statistics(exportSeconds));
    return datagrams;
  }

  /** The datagram of one flow record: Open vSwitch sends one in each. Its export time is the next whole second. */
  record(observation: Observation): Buffer {
    this.totals.add(observation);
    const { id, fields } = templateOf(observation);
    const exportSeconds = Math.ceil(observation.endMs / 1000);
    const source = { observation, totals: this.totals, exportMs: exportSeconds * 1000 };
    const writer = new Writer(MAX_MESSAGE_BYTES);
    for (const field of fields) {
      field.write(writer, source);
    }
    const datagram = this.message(exportSeconds, id, [writer.finish()]);
    this.sequence = (this.sequence + 1) >>> 0;
    return datagram;
  }

  private statisticsTemplate(exportSeconds: number): Buffer {
    const writer = new Writer(14);
    writer.u16(STATISTICS.template);
    writer.u16(2); // fields
    writer.u16(1); // of which scope
    writer.u16(STATISTICS.process);
    writer.u16(4);
    writer.u16(STATISTICS.notSent);
    writer.u16(8);
    return this.message(exportSeconds, OPTIONS_TEMPLATE_SET, [writer.finish()]);
  }

  private statistics(exportSeconds: number): Buffer {
    const writer = new Writer(12);
    writer.u32(1); // the exporting process
    writer.u64(0); // nothing that could not be sent
    const datagram = this.message(exportSeconds, STATISTICS.template, [writer.finish()]);
    this.sequence = (this.sequence + 1) >>> 0;
    return datagram;
  }

  private message(exportSeconds: number, set: number, records: readonly Buffer[]): Buffer {
    const setBytes = 4 + records.reduce((sum, record) => sum + record.length, 0);
    const header = new Writer(MESSAGE_HEADER_BYTES + 4);
    header.u16(IPFIX_VERSION);
    header.u16(MESSAGE_HEADER_BYTES + setBytes);
    header.u32(exportSeconds);
    header.u32(this.sequence);
    header.u32(DOMAIN);
    header.u16(set);
    header.u16(setBytes);
    return Buffer.concat([header.finish(), ...records]);
  }
}
