import type { FlowRecord } from '@netobserv-flows/schema';
import type { Flow, LossReason } from '../flow';
import { hasReverse, reverseOf } from './biflow';
import type { ExporterSettings } from './config';
import { definitionKey, FIRST_DATA_SET, parseDefinitions } from './definitions';
import { cameInUnseen, settleDirection } from './direction';
import type { MessageHeader } from './header';
import type { Observation } from './observation';
import { ENTRIES_MAX } from './optionRoom';
import { toRecord, type AppliedSampling } from './record';
import { statedRate } from './sampling';
import type { Sequenced } from './sequence';
import type { Template } from './template';
import type { Domain, Exporter, TemplateStore } from './templateStore';
import { flowTime, TIME_MAX_MS, type MessageTime } from './times';
import type { WaitingRoom, WaitingSet } from './waiting';

/** IPFIX withdraws all templates of a domain by the numbers of the sets that define them (RFC 7011 §8.1). */
const ALL_TEMPLATES = 2;
const ALL_OPTIONS_TEMPLATES = 3;

const SUB_MS = 1_000_000;
/** Bytes of data sets that waited for a template, decoded beside one datagram. */
const WAITED_BYTES = 256 * 1024;
const TOUCH_EVERY_MS = 1000;
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** The decoding of one datagram: what its messages share, and where its flows come together. */
export class Session {
  readonly flows: Flow[] = [];
  optionRecords = 0;
  templates = 0;
  /** sFlow samples of counters: they tell of interfaces, not of flows. */
  counterSamples = 0;
  /** Data records of the message; undefined once one set of it could not be read to its end. */
  private records: number | undefined = 0;
  /** Option records of the set that were not kept. */
  private refusedOptions = 0;
  private begun = false;
  private exporter: Exporter | undefined;
  private domain: Domain | undefined;
  private domainKey = 0;
  private header: MessageHeader = { version: 10, domain: 0, sequence: 0, exportMs: 0 };
  private time: MessageTime = { exportMs: 0, uptimeMs: undefined, systemInitMs: undefined };
  private subMs = 0;
  private agent: string;
  private receivedS: number;

  /**
   * @param address of the exporter.
   * @param scope whose templates count: the exporter's, or the transport session's.
   * @param receivedMs when the datagram came: flows are of that time.
   * @param nowMs what ages are told by.
   * @param openVSwitchSampling what Open vSwitch samples by, where `settings` do not say.
   */
  constructor(
    private readonly address: string,
    private readonly scope: string,
    private readonly receivedMs: number,
    private readonly nowMs: number,
    private readonly store: TemplateStore,
    private readonly waiting: WaitingRoom,
    private readonly settings: ExporterSettings | undefined,
    private readonly openVSwitchSampling: number | undefined,
    private readonly onLoss: (reason: LossReason, address: string, count: number, detail: string) => void
  ) {
    this.receivedS = Math.floor(receivedMs / 1000);
    this.agent = address;
    this.exporter = store.exporter(scope);
  }

  /** Counts what cannot be used, and says what it is. */
  lose(reason: LossReason, count: number, detail: string): void {
    if (reason !== 'not_a_flow' && reason !== 'template_invalid') {
      this.records = undefined;
    }
    this.onLoss(reason, this.address, count, detail);
  }

  /** Starts a message; what follows belongs to it. */
  begin(header: MessageHeader): void {
    this.header = header;
    this.begun = true;
    // The same number in NetFlow v9 is another domain than in IPFIX, should an exporter send both: a negative one.
    this.domainKey = header.version === 10 ? header.domain : -1 - header.domain;
    this.domain = this.exporter?.domains.get(this.domainKey);
    this.subMs = subMsOf(this.address, header);
    this.updateTime();
  }

  /**
   * Starts an sFlow datagram: its flows are of the time of arrival, as it does not say its own.
   * @param agent the address that the datagram itself names; used where the exporter's settings trust it.
   */
  beginSflow({ agent, ...header }: { agent: string | undefined; domain: number; sequence: number }): void {
    this.begin({ version: 'sflow5', ...header, exportMs: this.receivedMs });
    if (this.settings?.agentAddress === true) {
      this.agent = agent ?? this.address;
    }
  }

  /**
   * Takes in a template set or options template set.
   * @param at behind the set's header.
   */
  defineTemplates(bytes: Buffer, at: number, end: number, options: boolean): void {
    const version = this.header.version === 9 ? 9 : 10;
    for (const parsed of parseDefinitions(bytes, at, end, version, options)) {
      if ('problem' in parsed) {
        this.lose('template_invalid', 1, parsed.problem);
      } else if ('withdrawn' in parsed) {
        this.withdraw(parsed.id, options);
      } else {
        const { id, definition, start } = parsed;
        // The number of the template is no part of what it says; version and kind are.
        const key = definitionKey(version, options, bytes.subarray(start + 2, parsed.end));
        const { scope, domainKey: domainId, nowMs } = this;
        const outcome = this.store.learn({ scope, domainId, templateId: id, key, definition, nowMs });
        if ('detail' in outcome) {
          this.lose(outcome.kind, 1, `template ${id} of domain ${this.header.domain}: ${outcome.detail}`);
        } else {
          this.templates++;
          this.waiting.templateCame(this.scope, this.domainKey, id);
        }
      }
    }
    this.exporter = this.store.exporter(this.scope);
    this.domain = this.exporter?.domains.get(this.domainKey);
    this.updateTime();
  }

  /**
   * Decodes a data set.
   * @param id number of the set: the template of its records.
   * @param at behind the set's header.
   */
  decodeData(bytes: Buffer, id: number, at: number, end: number): void {
    const known = this.domain?.templates.get(id);
    if (known === undefined || this.domain === undefined) {
      // An empty set has nothing to wait for.
      if (end > at) {
        this.wait(bytes, id, at, end);
      }
      return;
    }
    known.usedMs = this.nowMs;
    const { template } = known;
    let position = at;
    let records = 0;
    this.refusedOptions = 0;
    // What is left after the last record is padding where no record would fit into it (RFC 7011 §3.3.1).
    while (end - position >= template.minLength) {
      const length = template.read(bytes, position, end);
      if (length < 0) {
        this.lose('malformed', 1, `set ${id}: record ${records + 1} runs past the end of its set`);
        break;
      }
      position += length;
      records++;
      this.takeRecord(template, id, this.domain);
    }
    if (records === 0 && end > at && end - at < template.minLength) {
      const detail = `set ${id}: ${end - at} bytes hold no record, one has at least ${template.minLength}`;
      this.lose('malformed', 1, detail);
    }
    if (this.records !== undefined) {
      this.records += records;
    }
    if (records > 0 && !template.options && !template.tellsFlows) {
      this.lose('not_a_flow', records, `template ${id} has neither an address nor a counter`);
    }
    if (this.refusedOptions > 0) {
      const detail = `set ${id} of domain ${this.header.domain}: too many option records about selectors, interfaces, templates or processes; a domain may have ${ENTRIES_MAX} of each, all together decode.limits.optionEntries`;
      // They were read: the message's records are known all the same.
      this.onLoss('template_limit', this.address, this.refusedOptions, detail);
    }
  }

  /**
   * Adds the flow that an observation tells of, and the one of its reverse direction.
   * @param rate what the message, its options or the record say of sampling.
   * @param ofOpenVSwitch true where Open vSwitch sent it, which scales its counters itself.
   */
  addFlow(said: Observation, rate: number | undefined, ofOpenVSwitch: boolean): void {
    const sampling = this.appliedSampling(rate, ofOpenVSwitch);
    const forward = (said.bytes ?? 0) > 0 || (said.packets ?? 0) > 0 || !hasReverse(said);
    if (forward) {
      this.push(toRecord(said, flowTime(said, this.time), sampling, this.origin()), said);
    }
    if (hasReverse(said)) {
      const reverse = reverseOf(said);
      this.push(toRecord(reverse, flowTime(reverse, this.time), sampling, this.origin()), reverse);
    }
  }

  /** What `AgentIP` of its flows says. */
  get agentAddress(): string {
    return this.agent;
  }

  /** When the message was exported, by its exporter's clock. */
  get exportMs(): number {
    return this.header.exportMs;
  }

  /** The message says itself how many records it has. */
  countRecords(records: number): void {
    this.records = records;
  }

  /**
   * What the message's sequence number can be checked by; undefined where there was no message, and of sFlow, whose
   * sub-agents count their samples as well.
   */
  get sequenced(): Sequenced | undefined {
    const { version, domain, sequence } = this.header;
    const { records, optionRecords } = this;
    return this.begun && version !== 'sflow5' ? { version, domain, sequence, records, optionRecords } : undefined;
  }

  /** Ends the datagram: adds the flows of sets whose template has come meanwhile. */
  close(): void {
    if (this.waiting.hasReady(this.scope)) {
      this.waiting.takeReady(this.scope, WAITED_BYTES).forEach((set) => this.decodeWaited(set));
    }
    const { exporter } = this;
    const flows = this.flows.length > 0;
    const isDue = exporter !== undefined && this.nowMs - exporter.seenMs >= TOUCH_EVERY_MS;
    if (exporter !== undefined && exporter.templates > 0 && (isDue || (flows && !exporter.proven))) {
      this.store.touch(exporter, this.nowMs, flows);
    }
  }

  private wait(bytes: Buffer, id: number, at: number, end: number): void {
    const { scope, address, header, domainKey, receivedMs, nowMs: sinceMs } = this;
    const copy = Buffer.from(bytes.subarray(at, end));
    this.records = undefined;
    if (!this.waiting.put({ scope, address, header, domainKey, id, bytes: copy, offset: at, receivedMs, sinceMs })) {
      this.lose('no_template', 1, `set ${id} of domain ${header.domain}: no template for it yet`);
    }
  }

  /** Decodes a set as if its datagram had come now, but for its times. */
  private decodeWaited({ header, receivedMs, id, bytes, offset }: WaitingSet): void {
    this.begin(header);
    this.receivedS = Math.floor(receivedMs / 1000);
    // Its records get digits of their own, apart from those of the sets that were decoded at once.
    this.subMs += SUB_MS + offset - (this.flows.length % SUB_MS);
    this.decodeData(bytes, id, 0, bytes.length);
  }

  private takeRecord(template: Template, id: number, domain: Domain): void {
    const said = template.observation;
    if (template.options) {
      this.optionRecords++;
      const learnt = domain.sampling.learn(said);
      this.refusedOptions += learnt === 'refused' ? 1 : 0;
      let isNew = learnt === 'anew';
      this.takeUnsent(said, id, domain);
      if (said.systemInitMs !== undefined && said.systemInitMs <= TIME_MAX_MS) {
        isNew ||= domain.systemInitMs !== said.systemInitMs;
        domain.systemInitMs = said.systemInitMs;
        this.updateTime();
      }
      if (isNew) {
        this.store.changes++;
      }
    } else if (template.tellsFlows) {
      if (!domain.tellsSides && said.direction !== undefined) {
        settleDirection(said, domain);
      }
      this.addFlow(said, domain.sampling.rateFor(said, id) ?? statedRate(said), template.prescaled);
    }
  }

  /** Counts what the exporter says that it could not send. */
  private takeUnsent({ notSentPackets, exportingProcess = 0 }: Observation, id: number, { unsent }: Domain): void {
    if (notSentPackets === undefined) {
      return;
    }
    const lost = unsent.learn(exportingProcess, notSentPackets, this.header.exportMs);
    if (lost === undefined) {
      this.refusedOptions++;
    } else if (lost > 0) {
      const detail = `set ${id} of domain ${this.header.domain}: exporting process ${exportingProcess} could not send them`;
      // The record itself was read: the message's records are known all the same.
      this.onLoss('not_sent', this.address, lost, detail);
    }
  }

  private appliedSampling(rate: number | undefined, ofOpenVSwitch: boolean): AppliedSampling {
    const prescaled = this.settings?.prescaled ?? ofOpenVSwitch;
    const ofAll = ofOpenVSwitch && prescaled ? this.openVSwitchSampling : undefined;
    const shown = rate ?? this.settings?.sampling ?? ofAll ?? 1;
    return { shown, factor: prescaled ? 1 : shown };
  }

  private push(record: FlowRecord, said: Observation): void {
    const subMs = (this.subMs + this.flows.length) % SUB_MS;
    const { srcWord, dstWord } = said;
    this.flows.push({
      record,
      subMs,
      srcWord,
      dstWord,
      cameInUnseen: cameInUnseen(said),
      source: undefined,
      destination: undefined,
    });
  }

  private origin() {
    return { address: this.agent, domain: this.header.domain, receivedS: this.receivedS };
  }

  private updateTime(): void {
    const { exportMs, uptimeMs } = this.header;
    this.time = { exportMs, uptimeMs, systemInitMs: this.domain?.systemInitMs };
  }

  private withdraw(id: number, options: boolean): void {
    const { exporter, domainKey, store } = this;
    if (id === (options ? ALL_OPTIONS_TEMPLATES : ALL_TEMPLATES)) {
      if (exporter !== undefined) {
        store.withdrawAll(exporter, domainKey, options);
      }
    } else if (id < FIRST_DATA_SET || exporter === undefined || !store.withdraw(exporter, domainKey, id)) {
      this.lose('template_invalid', 1, `template ${id} of domain ${this.header.domain} has no fields`);
    }
  }
}

/** Digits that the same datagram gets again: FNV-1a over exporter, domain, sequence number and export time. */
function subMsOf(address: string, { domain, sequence, exportMs }: MessageHeader): number {
  let hash = FNV_OFFSET;
  for (let index = 0; index < address.length; index++) {
    hash = Math.imul(hash ^ address.charCodeAt(index), FNV_PRIME);
  }
  hash = mixed(hash, domain);
  hash = mixed(hash, sequence);
  hash = mixed(hash, Math.floor(exportMs / 1000));
  hash = mixed(hash, exportMs % 1000);
  return (hash >>> 0) % SUB_MS;
}

/** Takes the four bytes of a word in, the lowest first. */
function mixed(hash: number, word: number): number {
  let result = Math.imul(hash ^ (word & 0xff), FNV_PRIME);
  result = Math.imul(result ^ ((word >>> 8) & 0xff), FNV_PRIME);
  result = Math.imul(result ^ ((word >>> 16) & 0xff), FNV_PRIME);
  return Math.imul(result ^ (word >>> 24), FNV_PRIME);
}
