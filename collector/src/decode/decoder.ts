import type { Datagram, Flow, LossReason, ReportLoss } from '../flow';
import { decodeConfig, exporterLookup, type DecodeConfig, type ExporterSettings } from './config';
import type { MessageVersion } from './header';
import { decodeIpfix } from './ipfix';
import { decodeNetflow5 } from './netflow5';
import { decodeNetflow9 } from './netflow9';
import { Sequences } from './sequences';
import { Session } from './session';
import { decodeSflow, SflowAgents, type OnInterface, type SflowPort } from './sflow';
import { restoreTemplates, restoreWaiting, saveTemplates, saveWaiting } from './snapshot';
import type { SavedTemplates, SavedWaiting, TemplatesFile, WaitingFile } from './stateSchema';
import { TemplateStore } from './templateStore';
import { uint16, uint32 } from './values';
import { WaitingRoom } from './waiting';

/** The `decode` part of the configuration, or any part of it, and where losses go. */
export type DecodeOptions = Partial<DecodeConfig>;

/**
 * Told of every message whose header could be read.
 * @param aheadMs by how much the exporter's clock was ahead of the receiver's, in milliseconds; undefined where the
 *   message does not tell the time: that of sFlow.
 */
export type OnMessage = (address: string, version: MessageVersion, aheadMs: number | undefined) => void;

/** What a decoder tells of beside flows. */
export interface DecoderEvents {
  readonly onLoss: ReportLoss;
  readonly onMessage?: OnMessage;
  /** What sFlow agents count at their interfaces. */
  readonly onInterface?: OnInterface;
}

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
  /** Data sets that wait for their template. */
  readonly waitingSets: number;
  /** Losses by reason, as they were reported. */
  readonly losses: Readonly<Partial<Record<LossReason, number>>>;
}

/** How often templates are looked through for old ones. */
const EXPIRE_EVERY_MS = 60_000;

const MAPPED_V4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/**
 * Turns datagrams of IPFIX (RFC 7011), NetFlow v9 (RFC 3954), NetFlow v5 and sFlow v5 into flows, told apart by their
 * version.
 * Remembers templates and option records by source address and observation domain, within `limits`. Whatever a
 * datagram holds, it does not throw; what cannot be used is reported to `onLoss`, the rest of the datagram is used.
 *
 * What it remembers ages by the clock of {@link Decoder.tick}: datagrams of a capture, or out of Kafka, were received long
 * before. One that is never ticked has no time but that of its datagrams.
 */
export class Decoder {
  private readonly store: TemplateStore;
  private readonly waiting: WaitingRoom;
  private readonly sequences = new Sequences((address, lost, detail) =>
    this.countLoss('sequence_gap', address, lost, detail)
  );
  private readonly sflow: SflowPort;
  private readonly lifetimeMs: number;
  /** What the ages of templates and of waiting data are told by; undefined while it was not ticked. */
  private nowMs: number | undefined;
  private expiredMs = 0;
  private readonly settingsOf: (address: string) => ExporterSettings | undefined;
  private readonly openVSwitchSampling: number | undefined;
  private readonly losses: Partial<Record<LossReason, number>> = {};
  private readonly onLoss: ReportLoss;
  private readonly onMessage: OnMessage | undefined;
  private datagrams = 0;
  private readonly counts = { records: 0, optionRecords: 0, templates: 0, counterSamples: 0 };

  constructor({ onLoss, onMessage, onInterface, ...options }: DecodeOptions & DecoderEvents) {
    const config = decodeConfig.parse(options);
    this.store = new TemplateStore(config.limits, config.exporterIdleSeconds * 1000);
    this.settingsOf = exporterLookup(config.exporters);
    this.openVSwitchSampling = config.openVSwitchSampling;
    this.onLoss = onLoss;
    this.onMessage = onMessage;
    this.sflow = { agents: new SflowAgents((...missing) => this.countLoss(...missing)), onInterface };
    this.lifetimeMs = config.templateLifetimeSeconds * 1000;
    this.waiting = new WaitingRoom(config.waiting, ({ address, header, id }, why) => {
      this.countLoss('no_template', address, 1, `set ${id} of domain ${header.domain}: ${why}`);
    });
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
    const scope = scopeOf(address, datagram.session);
    const settings = this.settingsOf(address);
    const session = new Session(
      address,
      scope,
      datagram.receivedMs,
      this.nowMs ?? datagram.receivedMs,
      this.store,
      this.waiting,
      settings,
      this.openVSwitchSampling,
      this.countLoss
    );
    const version = uint16(payload, 0);
    if (version === 10) {
      decodeIpfix(payload, session);
    } else if (version === 9) {
      decodeNetflow9(payload, session);
    } else if (version === 5) {
      decodeNetflow5(payload, session);
    } else if (isSflow5(payload)) {
      if (decodeSflow(payload, session, this.sflow, { address, receivedMs: datagram.receivedMs })) {
        this.onMessage?.(address, 'sflow5', undefined);
      }
    } else {
      this.countLoss('unknown_version', address, 1, unknownVersion(payload, version));
    }
    const { sequenced } = session;
    if (sequenced !== undefined) {
      this.onMessage?.(address, sequenced.version, session.exportMs - datagram.receivedMs);
      if (datagram.session === undefined) {
        this.sequences.observe(address, datagram.port, sequenced, datagram.receivedMs);
      }
    }
    session.close();
    this.counts.records += session.flows.length;
    this.counts.optionRecords += session.optionRecords;
    this.counts.templates += session.templates;
    this.counts.counterSamples += session.counterSamples;
    return session.flows;
  }

  /**
   * Tells the time, and forgets what is too old; to be called before the first datagram, and about once a second.
   * @param nowMs milliseconds since the Unix epoch.
   */
  tick(nowMs: number): void {
    this.nowMs = nowMs;
    this.waiting.expire(nowMs);
    if (nowMs - this.expiredMs > EXPIRE_EVERY_MS) {
      this.expiredMs = nowMs;
      this.store.expire(nowMs - this.lifetimeMs);
    }
  }

  /** A transport session has ended: its templates are gone (RFC 7011 §8.4), what waits for one waits in vain. */
  endSession(address: string, session: string): void {
    const scope = scopeOf(address, session);
    this.waiting.clear('its session ended while it waited', scope);
    this.store.forgetScope(scope);
  }

  /**
   * Gives up the data sets that wait for a template, as no more datagrams come.
   * @param why for the log.
   */
  giveUpWaiting(why: string): void {
    this.waiting.clear(why);
  }

  /** Numbers that grow with every change of what {@link saveTemplates} and {@link saveWaiting} give. */
  get changes(): { templates: number; waiting: number } {
    return { templates: this.store.changes, waiting: this.waiting.changes };
  }

  /** Templates and option records, to be kept over a restart. */
  saveTemplates(): SavedTemplates {
    return saveTemplates(this.store);
  }

  /** Data that waits for its template, to be kept over a restart. */
  saveWaiting(): SavedWaiting {
    return saveWaiting(this.waiting);
  }

  /** Takes back templates and option records. @returns how many of both were not taken. */
  restoreTemplates(file: TemplatesFile, nowMs: number): number {
    return restoreTemplates(this.store, file, nowMs);
  }

  /** Takes back data that waited for its template; what has one by now comes with its exporter's next datagram. */
  restoreWaiting(file: WaitingFile, nowMs: number): void {
    restoreWaiting(this.waiting, this.store, file, nowMs);
  }

  /** Counters since the start, and what is remembered now. */
  stats(): DecodeStats {
    return {
      datagrams: this.datagrams,
      ...this.counts,
      knownTemplates: this.store.templates,
      knownExporters: this.store.exporters,
      knownFields: this.store.fields,
      waitingSets: this.waiting.size,
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

/** Over UDP an exporter's templates count whatever port they came from; a connection has templates of its own. */
function scopeOf(address: string, session: string | undefined): string {
  return session === undefined ? address : `${address} ${session}`;
}
