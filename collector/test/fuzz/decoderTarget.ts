import { fieldDefinition, type FlowRecord } from '@netobserv-flows/schema';
import { decodeConfig, Decoder } from '../../src/decode';
import type { Flow } from '../../src/flow';

/** Small, so that fuzzing reaches them. */
const LIMITS = {
  exporters: 8,
  domainsPerExporter: 3,
  templatesPerDomain: 4,
  fieldsPerTemplate: 32,
  templates: 40,
  fields: 400,
  optionEntries: 20,
};
const SESSIONS = 4;
/** More than a datagram takes back of what waited. */
const WAITED_BYTES = 2 ** 20;
const TEXT_MAX = 512;
const INTERFACES_MAX = 2;
const LABELS_MAX = 10;

/** Where a fuzzed datagram comes from. */
export interface FuzzedSource {
  /** Number of the exporter. */
  readonly exporter: number;
  /** Number of its connection; undefined for UDP. */
  readonly session: number | undefined;
  /** True where that connection ends after it. */
  readonly ends: boolean;
}

/**
 * A decoder, and what has to hold after each datagram that it is given. A hang shows by the time limit of the test, or
 * of the run.
 */
export class DecoderTarget {
  private lossesOfOne = 0;
  private readonly decoder = new Decoder({
    ...decodeConfig.parse({ limits: LIMITS, exporters: [{ cidr: '10.0.0.0/30', sampling: 7, agentAddress: true }] }),
    onLoss: (_reason, _exporter, count) => {
      if (!(count >= 1)) {
        throw new Error(`a loss of ${count}`);
      }
      this.lossesOfOne++;
    },
  });
  private nowMs = 1_700_000_000_000;

  /** @throws Error that says what does not hold. */
  feed(payload: Buffer, { exporter, session, ends }: FuzzedSource): void {
    this.lossesOfOne = 0;
    const waited = this.decoder.stats().waitingSets;
    this.nowMs += 50;
    const address = `10.0.0.${exporter}`;
    const name = session === undefined ? undefined : String(session % SESSIONS);
    const flows = this.decoder.decode({ payload, address, port: 4739, receivedMs: this.nowMs, session: name });
    if (name !== undefined && ends) {
      this.decoder.endSession(address, name);
    }
    flows.forEach(checkFlow);
    // A record has a byte at least and gives two flows at most, one that waited for its template among them; a set or
    // sample gives few reports, and a session that ends gives up the sets that waited in it.
    atMost('flows', flows.length, 2 * (payload.length + WAITED_BYTES));
    atMost('losses', this.lossesOfOne, payload.length + 2 + waited);
    const { knownTemplates, knownExporters, knownFields } = this.decoder.stats();
    // Connections get what is left when they begin; what UDP learns after that comes on top.
    atMost('templates', knownTemplates, 2 * LIMITS.templates);
    atMost('exporters', knownExporters, LIMITS.exporters + exporterCount * SESSIONS);
    atMost('fields', knownFields, 2 * LIMITS.fields);
  }

  /** What has come of all of it. */
  stats() {
    return this.decoder.stats();
  }
}

/** Exporters that fuzzing makes up. */
export const exporterCount = 30;

function atMost(what: string, count: number, most: number): void {
  if (!(count <= most)) {
    throw new Error(`${count} ${what}, ${most} may be`);
  }
}

function checkFlow({ record, subMs }: Flow): void {
  for (const [name, value] of Object.entries(record)) {
    const problem = value === undefined ? undefined : problemOf(name, value);
    if (problem !== undefined) {
      throw new Error(`${name}: ${JSON.stringify(value)} ${problem}`);
    }
  }
  const { TimeFlowStartMs, TimeFlowEndMs, Sampling } = record;
  if (!(TimeFlowStartMs <= TimeFlowEndMs) || !(Sampling >= 1)) {
    throw new Error(`impossible: ${JSON.stringify(record)}`);
  }
  if (!Number.isInteger(subMs) || subMs < 0 || subMs > 999_999) {
    throw new Error(`${subMs} is no digits below a millisecond`);
  }
}

const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
const isText = (value: unknown) => typeof value === 'string' && value !== '' && value.length <= TEXT_MAX;
const most = (list: unknown, count: number) => Array.isArray(list) && list.length > 0 && list.length <= count;

/** @returns why a value cannot be in a record. */
function problemOf(name: string, value: unknown): string | undefined {
  switch (fieldDefinition(name)?.type) {
    case undefined:
      return 'is no field of the dictionary';
    case 'strings':
      return most(value, INTERFACES_MAX) && (value as unknown[]).every(isText) ? undefined : 'is no list of texts';
    case 'integers':
      return most(value, LABELS_MAX) && (value as unknown[]).every(isCount) ? undefined : 'is no list of numbers';
    case 'port':
      return isCount(value) && (value as number) <= 65_535 ? undefined : 'is no port';
    case 'protocol':
      return isCount(value) && (value as number) <= 255 ? undefined : 'is no protocol';
    case 'string':
    case 'address':
    case 'mac':
      return isText(value) ? undefined : 'is no text';
    case 'boolean':
      return value === true ? undefined : 'is not true';
    default:
      return isCount(value) || isTime(name as keyof FlowRecord, value) ? undefined : 'is no number of the record';
  }
}

/** Times of exporters may be before 1970: their clocks are theirs. */
function isTime(name: keyof FlowRecord, value: unknown): boolean {
  return name.startsWith('TimeFlow') && Number.isInteger(value);
}
