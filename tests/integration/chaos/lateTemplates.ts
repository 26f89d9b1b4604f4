import { createSocket } from 'node:dgram';
import { existsSync, readFileSync } from 'node:fs';
import { ipfix, set, template, type Field } from '../../../collector/test/decode/messages';
import { valuesOf, type NumberedExporter } from './exporter';

/** Addresses, octets, packets, start and end in ms, ports, protocol. */
const FIELDS: readonly Field[] = [
  [8, 4],
  [12, 4],
  [1, 4],
  [2, 4],
  [152, 8],
  [153, 8],
  [7, 2],
  [11, 2],
  [4, 1],
];
const RECORD_BYTES = FIELDS.reduce((sum, [, length]) => sum + length, 0);
const FLOWS_PER_DATAGRAM = 30;
const TEMPLATE_SET = 2;
const FIRST_TEMPLATE = 256;
const TEMPLATES_PER_DOMAIN = 256;
/** So many of the templates that were sent last are repeated. */
const REPEATED = 4;

interface Announced {
  readonly domain: number;
  readonly id: number;
  /** Data sets that were sent ahead of it. */
  readonly sets: number;
  readonly numbers: readonly number[];
}

/** A set of the collector's `waiting.json`. */
interface KeptSet {
  readonly id: number;
  readonly header: { readonly domain: number };
}

/**
 * An exporter of IPFIX whose data comes before its template, as after a restart of the collector. Its flows have
 * numbers of the other exporter's, and count as sent once their template is.
 */
export class LateTemplates {
  private readonly socket = createSocket('udp4');
  private readonly sequences = new Map<number, number>();
  private announced: Announced[] = [];
  private withheld: Announced | undefined;
  private count = 0;

  /** @param port UDP port of 127.0.0.1. */
  constructor(
    private readonly exporter: NumberedExporter,
    private readonly port: number
  ) {}

  /** Sends flows in so many datagrams, by a template that is still to come. */
  sendAhead(datagrams: number): void {
    const domain = 1 + Math.floor(this.count / TEMPLATES_PER_DOMAIN);
    const id = FIRST_TEMPLATE + (this.count % TEMPLATES_PER_DOMAIN);
    this.count++;
    const numbers: number[] = [];
    for (let datagram = 0; datagram < datagrams; datagram++) {
      const nowMs = Date.now();
      const own = Array.from({ length: FLOWS_PER_DATAGRAM }, () => this.exporter.take(nowMs));
      this.send(domain, [set(id, own.map((number) => recordOf(number, nowMs)).join(''))], own.length);
      numbers.push(...own);
    }
    this.withheld = { domain, id, sets: datagrams, numbers };
  }

  /** Sends the templates again, and the one that was withheld: its flows can be decoded from now on. */
  sendTemplates(): void {
    const nowMs = Date.now();
    const { withheld } = this;
    if (withheld !== undefined) {
      this.announced = [...this.announced, withheld].slice(-REPEATED);
      this.withheld = undefined;
      withheld.numbers.forEach((number) => (this.exporter.sentMs[number] = nowMs));
    }
    for (const { domain, id } of this.announced) {
      this.send(domain, [set(TEMPLATE_SET, template(id, ...FIELDS))], 0);
    }
  }

  /** Whether all that waits for the withheld template is in that `waiting.json`. */
  isKept(file: string): boolean {
    const { withheld } = this;
    return withheld === undefined || keptSets(file).filter((kept) => isOf(kept, withheld)).length === withheld.sets;
  }

  close(): void {
    this.socket.close();
  }

  private send(domain: number, sets: readonly string[], records: number): void {
    const sequence = this.sequences.get(domain) ?? 0;
    this.sequences.set(domain, sequence + records);
    const payload = ipfix(sets, { exportS: Math.floor(Date.now() / 1000), sequence, domain });
    this.socket.send(payload, this.port, '127.0.0.1');
  }
}

const isOf = ({ id, header }: KeptSet, announced: Announced) =>
  id === announced.id && header.domain === announced.domain;

function keptSets(file: string): readonly KeptSet[] {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { sets: readonly KeptSet[] }).sets : [];
}

function recordOf(number: number, nowMs: number): string {
  const { source, destination, bytes, packets, sourcePort, destinationPort, protocol } = valuesOf(number);
  const record = Buffer.alloc(RECORD_BYTES);
  record.writeUInt32BE(source, 0);
  record.writeUInt32BE(destination, 4);
  record.writeUInt32BE(bytes, 8);
  record.writeUInt32BE(packets, 12);
  record.writeBigUInt64BE(BigInt(nowMs - 1000), 16);
  record.writeBigUInt64BE(BigInt(nowMs), 24);
  record.writeUInt16BE(sourcePort, 32);
  record.writeUInt16BE(destinationPort, 34);
  record.writeUInt8(protocol, 36);
  return record.toString('hex');
}
