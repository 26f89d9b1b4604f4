import type { DecodeLimits } from './config';
import { DomainSampling } from './sampling';
import { Template, type TemplateDefinition } from './template';

/** What is remembered of an observation domain of an exporter. */
export interface Domain {
  readonly templates: Map<number, KnownTemplate>;
  readonly sampling: DomainSampling;
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

/** What came of a template definition; anything but `learned` and `same` is a reason why it is not kept. */
export type LearnOutcome =
  | { readonly kind: 'learned' | 'same' }
  | { readonly kind: 'template_limit' | 'exporter_limit' | 'template_invalid'; readonly detail: string };

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

  constructor(
    private readonly limits: DecodeLimits,
    private readonly idleMs: number
  ) {}

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

  /** Forgets templates that were neither repeated nor used since a time. */
  expire(beforeMs: number): void {
    for (const exporter of [...this.all()]) {
      for (const domain of exporter.domains.values()) {
        for (const [id, { usedMs }] of [...domain.templates]) {
          if (usedMs < beforeMs) {
            this.withdraw(exporter, domain, id);
          }
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
   * Takes in a definition.
   * @param key the definition as it was sent, as text: equal keys stand for equal definitions.
   */
  learn(
    scope: string,
    domainId: number,
    templateId: number,
    key: string,
    definition: TemplateDefinition,
    nowMs: number
  ): LearnOutcome {
    const known = this.exporter(scope)?.domains.get(domainId)?.templates.get(templateId);
    if (known?.definition === key) {
      known.usedMs = nowMs;
      return { kind: 'same' };
    }
    if (definition.fields.length > this.limits.fieldsPerTemplate) {
      return refusal('template_limit', `${definition.fields.length} fields`, 'fieldsPerTemplate');
    }
    const exporter = this.exporter(scope) ?? this.admit(scope, nowMs);
    if (exporter === undefined) {
      return refusal('exporter_limit', `${this.exporters} exporters have templates`, 'exporters');
    }
    const outcome = this.keep(exporter, domainId, templateId, key, definition, nowMs);
    if (exporter.templates === 0) {
      this.forget(exporter);
    }
    return outcome;
  }

  /**
   * Forgets one template.
   * @returns false where it was not known.
   */
  withdraw(exporter: Exporter, domain: Domain, templateId: number): boolean {
    const known = domain.templates.get(templateId);
    if (known === undefined) {
      return false;
    }
    domain.templates.delete(templateId);
    this.changes++;
    exporter.templates--;
    this.templateCount--;
    this.release(known.definition);
    return true;
  }

  private keep(
    exporter: Exporter,
    domainId: number,
    templateId: number,
    key: string,
    definition: TemplateDefinition,
    nowMs: number
  ): LearnOutcome {
    const { domainsPerExporter, templatesPerDomain, templates, fields } = this.limits;
    let domain = exporter.domains.get(domainId);
    if (domain === undefined && exporter.domains.size >= domainsPerExporter) {
      return refusal('template_limit', `the exporter has ${exporter.domains.size} domains`, 'domainsPerExporter');
    }
    const size = domain?.templates.size ?? 0;
    if (size >= templatesPerDomain && domain?.templates.has(templateId) !== true) {
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
    domain ??= { templates: new Map(), sampling: new DomainSampling(), systemInitMs: undefined };
    exporter.domains.set(domainId, domain);
    this.withdraw(exporter, domain, templateId);
    domain.templates.set(templateId, { definition: key, template: shared.template, usedMs: nowMs });
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
      for (const id of [...domain.templates.keys()]) {
        this.withdraw(exporter, domain, id);
      }
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
