import type { DecodeLimits } from './config';
import type { KnownDirections } from './direction';
import { OptionRoom } from './optionRoom';
import { DomainSampling } from './sampling';
import { Template, type TemplateDefinition } from './template';
import { UnsentCounts } from './unsent';

/** What is remembered of an observation domain of an exporter. */
export interface Domain extends KnownDirections {
  readonly templates: Map<number, KnownTemplate>;
  /** How many of them are of option records: what these said holds while there is one. */
  optionsTemplates: number;
  readonly sampling: DomainSampling;
  readonly unsent: UnsentCounts;
  /** When the exporter started (IE 160 of an option record), milliseconds since the Unix epoch. */
  systemInitMs: number | undefined;
}

/** A template number of a domain and what it stands for. */
export interface KnownTemplate {
  readonly definition: string;
  readonly template: Template;
  /** When it was last defined or used, milliseconds since the Unix epoch. */
  usedMs: number;
}

/** What is remembered of an exporter: one source address, or one transport session (TCP) of its own templates. */
export interface Exporter {
  readonly scope: string;
  readonly domains: Map<number, Domain>;
  templates: number;
  seenMs: number;
  /** True once its templates have decoded a flow; a flood of made-up exporters may not push these out. */
  proven: boolean;
}

/** A template definition as an exporter sent it. */
export interface SentTemplate {
  readonly scope: string;
  readonly domainId: number;
  readonly templateId: number;
  /** The definition as text: equal keys stand for equal definitions. */
  readonly key: string;
  readonly definition: TemplateDefinition;
  /** When it came, milliseconds since the Unix epoch. */
  readonly nowMs: number;
}

/** What came of a template definition; anything but `learned` and `same` is a reason why it is not kept. */
export type LearnOutcome =
  | { readonly kind: 'learned' | 'same' }
  | { readonly kind: 'template_limit' | 'exporter_limit' | 'template_invalid'; readonly detail: string };

/** Scopes of connections have a blank. Their templates are sent once and end with them (RFC 7011 §8.1, §8.4). */
export const isConnection = (scope: string) => scope.includes(' ');

interface Shared {
  readonly definition: string;
  readonly template: Template;
  users: number;
}

/** An exporter that never sent a flow may be forgotten after so long. */
const UNPROVEN_IDLE_MS = 60_000;

/**
 * The templates of all exporters, within bounds.
 *
 * Keyed by source address, not port: exporters send from several ports, or from a new one after a restart. Equal
 * definitions share one ready template, because hundreds of nodes send the same 88. When the room is used up, the
 * exporter that was silent longest makes room, first among those that have never sent a flow; where none may be
 * forgotten, the newcomer is refused.
 */
export class TemplateStore {
  /** In the order of their last sign of life, the oldest first. */
  private readonly proven = new Map<string, Exporter>();
  private readonly unproven = new Map<string, Exporter>();
  private readonly shared = new Map<string, Shared>();
  /** Grows with every change of what is known. */
  changes = 0;
  private templateCount = 0;
  private fieldCount = 0;
  private readonly optionRoom: OptionRoom;

  constructor(
    private readonly limits: DecodeLimits,
    private readonly idleMs: number
  ) {
    this.optionRoom = new OptionRoom(limits.optionEntries);
  }

  /** Exporters with at least one template. */
  get exporters(): number {
    return this.proven.size + this.unproven.size;
  }

  /** Templates of all exporters. */
  get templates(): number {
    return this.templateCount;
  }

  /** Fields of all different templates: the measure of the memory in use. */
  get fields(): number {
    return this.fieldCount;
  }

  /** The exporter of a scope; undefined where it has never sent a template that was kept. */
  exporter(scope: string): Exporter | undefined {
    return this.proven.get(scope) ?? this.unproven.get(scope);
  }

  /** All exporters that have templates. */
  *all(): Generator<Exporter> {
    yield* this.proven.values();
    yield* this.unproven.values();
  }

  /** Forgets all of a scope, as when its transport session has ended. */
  forgetScope(scope: string): void {
    const exporter = this.exporter(scope);
    if (exporter !== undefined) {
      this.forget(exporter);
    }
  }

  /** Forgets templates that were neither repeated nor used since a time; those of a connection if it was silent. */
  expire(beforeMs: number): void {
    for (const exporter of [...this.all()]) {
      if (isConnection(exporter.scope)) {
        if (exporter.seenMs < beforeMs) {
          this.forget(exporter);
        }
        continue;
      }
      for (const [domainId, domain] of exporter.domains) {
        const before = domain.templates.size;
        for (const [id, { usedMs }] of domain.templates) {
          if (usedMs < beforeMs) {
            this.drop(exporter, domain, id);
          }
        }
        if (domain.templates.size < before) {
          this.tidy(exporter, domainId, domain);
        }
      }
      if (exporter.templates === 0) {
        this.forget(exporter);
      }
    }
  }

  /** Notes a sign of life. `flows` says that it sent flows that could be decoded. */
  touch(exporter: Exporter, nowMs: number, flows: boolean): void {
    exporter.seenMs = nowMs;
    (exporter.proven ? this.proven : this.unproven).delete(exporter.scope);
    exporter.proven ||= flows;
    (exporter.proven ? this.proven : this.unproven).set(exporter.scope, exporter);
  }

  /**
   * Takes in a definition. From then on the number does not stand for what it stood for before, also where the new
   * definition is not kept.
   */
  learn(sent: SentTemplate): LearnOutcome {
    const exporter = this.exporter(sent.scope);
    const domain = exporter?.domains.get(sent.domainId);
    if (exporter === undefined || domain === undefined) {
      return this.admitAndKeep(sent);
    }
    const known = domain.templates.get(sent.templateId);
    if (known?.definition === sent.key) {
      known.usedMs = sent.nowMs;
      return { kind: 'same' };
    }
    this.drop(exporter, domain, sent.templateId);
    const outcome = this.admitAndKeep(sent);
    this.tidy(exporter, sent.domainId, domain);
    return outcome;
  }

  /**
   * Forgets one template.
   * @returns false where it was not known.
   */
  withdraw(exporter: Exporter, domainId: number, templateId: number): boolean {
    const domain = exporter.domains.get(domainId);
    if (domain === undefined || !this.drop(exporter, domain, templateId)) {
      return false;
    }
    this.tidy(exporter, domainId, domain);
    return true;
  }

  /** Forgets all templates of a domain that are of option records, or all others. */
  withdrawAll(exporter: Exporter, domainId: number, options: boolean): void {
    const domain = exporter.domains.get(domainId);
    // Counted beforehand: one datagram can ask for it thousands of times.
    const all = domain?.templates.size ?? 0;
    const ofOptions = domain?.optionsTemplates ?? 0;
    if (domain === undefined || (options ? ofOptions : all - ofOptions) === 0) {
      return;
    }
    for (const [id, { template }] of domain.templates) {
      if (template.options === options) {
        this.drop(exporter, domain, id);
      }
    }
    this.tidy(exporter, domainId, domain);
  }

  private drop(exporter: Exporter, domain: Domain, templateId: number): boolean {
    const known = domain.templates.get(templateId);
    if (known === undefined) {
      return false;
    }
    domain.templates.delete(templateId);
    domain.optionsTemplates -= known.template.options ? 1 : 0;
    this.changes++;
    exporter.templates--;
    this.templateCount--;
    this.release(known.definition);
    return true;
  }

  /** Forgets what option records have said once no template of theirs is left, and a domain that has none at all. */
  private tidy(exporter: Exporter, domainId: number, domain: Domain): void {
    if (domain.optionsTemplates === 0) {
      domain.sampling.clear();
      domain.unsent.clear();
      domain.systemInitMs = undefined;
    }
    if (domain.templates.size === 0) {
      exporter.domains.delete(domainId);
    }
  }

  private admitAndKeep(sent: SentTemplate): LearnOutcome {
    const { scope, definition, nowMs } = sent;
    if (definition.fields.length > this.limits.fieldsPerTemplate) {
      return refusal('template_limit', `${definition.fields.length} fields`, 'fieldsPerTemplate');
    }
    const exporter = this.exporter(scope) ?? this.admit(scope, nowMs);
    if (exporter === undefined) {
      return refusal('exporter_limit', `${this.exporters} exporters have templates`, 'exporters');
    }
    const outcome = this.keep(exporter, sent);
    if (exporter.templates === 0) {
      this.forget(exporter);
    }
    return outcome;
  }

  private keep(exporter: Exporter, sent: SentTemplate): LearnOutcome {
    const { domainId, templateId, key, definition, nowMs } = sent;
    const { domainsPerExporter, templatesPerDomain, templates, fields } = this.limits;
    let domain = exporter.domains.get(domainId);
    if (domain === undefined && exporter.domains.size >= domainsPerExporter) {
      return refusal('template_limit', `the exporter has ${exporter.domains.size} domains`, 'domainsPerExporter');
    }
    const size = domain?.templates.size ?? 0;
    if (size >= templatesPerDomain) {
      return refusal('template_limit', `the domain has ${size} templates`, 'templatesPerDomain');
    }
    const needed = this.shared.has(key) ? 0 : definition.fields.length;
    const full = () => this.templateCount >= templates || this.fieldCount + needed > fields;
    while (full() && this.makeRoom(nowMs, exporter)) {
      // Each round forgets one exporter.
    }
    if (full()) {
      const limit = this.templateCount >= templates ? 'templates' : 'fields';
      return refusal('template_limit', `${this.templateCount} templates are known`, limit);
    }
    const shared = this.acquire(key, definition);
    if (shared === undefined) {
      return { kind: 'template_invalid', detail: 'its records would have no bytes' };
    }
    domain ??= newDomain(this.optionRoom);
    exporter.domains.set(domainId, domain);
    domain.templates.set(templateId, { definition: key, template: shared.template, usedMs: nowMs });
    domain.optionsTemplates += shared.template.options ? 1 : 0;
    this.changes++;
    exporter.templates++;
    this.templateCount++;
    return { kind: 'learned' };
  }

  private admit(scope: string, nowMs: number): Exporter | undefined {
    if (this.exporters >= this.limits.exporters && !this.makeRoom(nowMs)) {
      return undefined;
    }
    const exporter = { scope, domains: new Map(), templates: 0, seenMs: nowMs, proven: false };
    this.unproven.set(scope, exporter);
    return exporter;
  }

  /** Forgets the exporter that may go first; never `except`. */
  private makeRoom(nowMs: number, except?: Exporter): boolean {
    const idle = this.oldest(this.unproven, nowMs - UNPROVEN_IDLE_MS, except);
    const victim = idle ?? this.oldest(this.proven, nowMs - this.idleMs, except);
    if (victim === undefined) {
      return false;
    }
    this.forget(victim);
    return true;
  }

  private oldest(exporters: Map<string, Exporter>, beforeMs: number, except?: Exporter): Exporter | undefined {
    for (const exporter of exporters.values()) {
      if (exporter !== except) {
        return exporter.seenMs < beforeMs ? exporter : undefined;
      }
    }
    return undefined;
  }

  private forget(exporter: Exporter): void {
    for (const domain of exporter.domains.values()) {
      for (const id of domain.templates.keys()) {
        this.drop(exporter, domain, id);
      }
      domain.sampling.clear();
      domain.unsent.clear();
    }
    this.proven.delete(exporter.scope);
    this.unproven.delete(exporter.scope);
  }

  private acquire(key: string, definition: TemplateDefinition): Shared | undefined {
    const known = this.shared.get(key);
    if (known !== undefined) {
      known.users++;
      return known;
    }
    const template = new Template(definition);
    if (template.minLength === 0) {
      return undefined;
    }
    const shared = { definition: key, template, users: 1 };
    this.shared.set(key, shared);
    this.fieldCount += template.size;
    return shared;
  }

  private release(key: string): void {
    const shared = this.shared.get(key);
    if (shared !== undefined && --shared.users === 0) {
      this.shared.delete(key);
      this.fieldCount -= shared.template.size;
    }
  }
}

function refusal(kind: 'template_limit' | 'exporter_limit', what: string, limit: keyof DecodeLimits): LearnOutcome {
  return { kind, detail: `${what}; raise decode.limits.${limit} if that is right` };
}

function newDomain(optionRoom: OptionRoom): Domain {
  const said = { sampling: new DomainSampling(optionRoom), unsent: new UnsentCounts(optionRoom) };
  const learnt = { ...said, systemInitMs: undefined, tellsSides: false };
  return { templates: new Map(), optionsTemplates: 0, ...learnt };
}
