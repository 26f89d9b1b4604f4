import type { Datagram, Flow, LossReason, ReportLoss } from '../flow';
import { decodeConfig, exporterLookup, type DecodeConfig, type ExporterSettings } from './config';
import { decodeIpfix } from './ipfix';
import { decodeNetflow5 } from './netflow5';
import { decodeNetflow9 } from './netflow9';
import { Session } from './session';
import { SessionStores } from './sessionStores';
import { decodeSflow } from './sflow';
import { TemplateStore } from './templateStore';
import { uint16, uint32 } from './values';

/** The `decode` part of the configuration, or any part of it, and where losses go. */
export type DecodeOptions = Partial<DecodeConfig>;

/** What a decoder has done since it was made. */
export interface DecodeStats {
  readonly datagrams: number;
  /** Flow records. */
  readonly records: number;
  /** Option records: they carry no flow, but sampling and the like. */
  readonly optionRecords: number;
  /** Template definitions taken in, repetitions included. */
  readonly templates: number;
  /** sFlow samples of counters, which are no flows. */
  readonly counterSamples: number;
  /** Templates known now, of all exporters. */
  readonly knownTemplates: number;
  /** Exporters that have templates now. */
  readonly knownExporters: number;
  /** Fields of all different templates known now: what memory grows with. */
  readonly knownFields: number;
  /** Losses by reason, as they were reported. */
  readonly losses: Readonly<Partial<Record<LossReason, number>>>;
}

const MAPPED_V4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/**
 * Turns datagrams of IPFIX (RFC 7011), NetFlow v9 (RFC 3954), NetFlow v5 and sFlow v5 into flows, told apart by their
 * version.
 * Remembers templates and option records by source address and observation domain, within `limits`. Whatever a
 * datagram holds, it does not throw; what cannot be used is reported to `onLoss`, the rest of the datagram is used.
 */
export class Decoder {
  private readonly store: TemplateStore;
  private readonly sessions: SessionStores;
  private readonly settingsOf: (address: string) => ExporterSettings | undefined;
  private readonly losses: Partial<Record<LossReason, number>> = {};
  private readonly onLoss: ReportLoss;
  private datagrams = 0;
  private readonly counts = { records: 0, optionRecords: 0, templates: 0, counterSamples: 0 };

  constructor({ onLoss, ...options }: DecodeOptions & { onLoss: ReportLoss }) {
    const config = decodeConfig.parse(options);
    this.store = new TemplateStore(config.limits, config.exporterIdleSeconds * 1000);
    this.sessions = new SessionStores(config, this.store);
    this.settingsOf = exporterLookup(config.exporters);
    this.onLoss = onLoss;
  }

  /** The flows of a datagram, in their order; none where it holds none or cannot be used. */
  decode(datagram: Datagram): Flow[] {
    this.datagrams++;
    const address = datagram.address.startsWith('::f') ? plainAddress(datagram.address) : datagram.address;
    const { payload } = datagram;
    if (payload.length < 2) {
      this.countLoss('malformed', address, 1, `a datagram of ${payload.length} bytes has no version`);
      return [];
    }
    const store = datagram.session === undefined ? this.store : this.sessions.of(address, datagram.session);
    const session = new Session(address, datagram.receivedMs, store, this.settingsOf(address), this.countLoss);
    const version = uint16(payload, 0);
    if (version === 10) {
      decodeIpfix(payload, session);
    } else if (version === 9) {
      decodeNetflow9(payload, session);
    } else if (version === 5) {
      decodeNetflow5(payload, session);
    } else if (isSflow5(payload)) {
      decodeSflow(payload, session);
    } else {
      this.countLoss('unknown_version', address, 1, unknownVersion(payload, version));
    }
    session.close();
    this.counts.records += session.flows.length;
    this.counts.optionRecords += session.optionRecords;
    this.counts.templates += session.templates;
    this.counts.counterSamples += session.counterSamples;
    return session.flows;
  }

  /** Forgets the templates of a connection that has ended (RFC 7011 §8.4). */
  endSession(address: string, session: string): void {
    this.sessions.end(address, session);
  }

  /** Counters since the start, and what is remembered now. */
  stats(): DecodeStats {
    return {
      datagrams: this.datagrams,
      ...this.counts,
      knownTemplates: this.store.templates + this.sessions.templates,
      knownExporters: this.store.exporters + this.sessions.exporters,
      knownFields: this.store.fields + this.sessions.fields,
      losses: { ...this.losses },
    };
  }

  private readonly countLoss = (reason: LossReason, address: string, count: number, detail: string): void => {
    this.losses[reason] = (this.losses[reason] ?? 0) + count;
    this.onLoss(reason, address, count, detail);
  };
}

/** sFlow's version is a word of four bytes; the others' has two, and is never 0. */
function isSflow5(payload: Buffer): boolean {
  return payload.length >= 4 && uint32(payload, 0) === 5;
}

function unknownVersion(payload: Buffer, version: number): string {
  const word = payload.length >= 4 ? uint32(payload, 0) : 0;
  return word === 2 || word === 4
    ? `sFlow version ${word} is not read; set the agent to version 5`
    : `version ${version} is none of NetFlow 5, 9, IPFIX (10) and sFlow 5`;
}

/** An IPv4 address as such where it arrived on an IPv6 socket. */
function plainAddress(address: string): string {
  return MAPPED_V4.exec(address)?.[1] ?? address;
}
