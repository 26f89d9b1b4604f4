import { definitionKey, FIRST_DATA_SET, parseDefinitions } from './definitions';
import type { SavedDomain, SavedTemplates, SavedWaiting, TemplatesFile, WaitingFile } from './stateSchema';
import type { TemplateDefinition } from './template';
import { isConnection, type Domain, type TemplateStore } from './templateStore';
import type { WaitingRoom } from './waiting';

/** Numbers things by what they say, each once. */
class Index<T> {
  readonly all: T[] = [];
  private readonly numbers = new Map<string, number>();

  of(key: string, make: () => T): number {
    const known = this.numbers.get(key);
    if (known !== undefined) {
      return known;
    }
    this.numbers.set(key, this.all.length);
    return this.all.push(make()) - 1;
  }
}

/** What a store knows; connections, which do not outlive the process, left out. */
export function saveTemplates(store: TemplateStore): SavedTemplates {
  const definitions = new Index<TemplatesFile['definitions'][number]>();
  const sets = new Index<TemplatesFile['sets'][number]>();
  const saveDomain = (key: number, { templates, sampling, systemInitMs }: Domain) => {
    const pairs = [...templates].map(
      ([id, { definition }]) => [id, definitions.of(definition, () => readKey(definition))] as [number, number]
    );
    const usedMs = Math.max(0, ...[...templates.values()].map((one) => one.usedMs));
    return { key, set: sets.of(pairs.join(), () => pairs), usedMs, systemInitMs, sampling: sampling.state() };
  };
  const exporters = [...store.all()]
    .filter(({ scope }) => !isConnection(scope))
    .map(({ scope, seenMs, proven, domains }) => ({
      scope,
      seenMs,
      proven,
      domains: [...domains].map(([key, domain]) => saveDomain(key, domain)),
    }));
  return { version: 1, definitions: definitions.all, sets: sets.all, exporters } as SavedTemplates;
}

/**
 * Takes in what {@link saveTemplates} gave, as if the exporters had sent it: within the same limits, and only
 * definitions that can be read.
 * @param nowMs no time of the file counts as later.
 * @returns templates and option records that were not taken.
 */
export function restoreTemplates(store: TemplateStore, file: TemplatesFile, nowMs: number): number {
  const definitions = file.definitions.map(([version, options, bytes]) => parseKey(version, options, bytes));
  let refused = 0;
  for (const { scope, seenMs, proven, domains } of file.exporters.sound) {
    for (const domain of domains) {
      refused += restoreSet(store, scope, domain, file.sets[domain.set] ?? [], definitions, nowMs);
      refused += restoreOptions(store.exporter(scope)?.domains.get(domain.key), domain);
    }
    const exporter = store.exporter(scope);
    if (exporter !== undefined) {
      store.touch(exporter, Math.min(seenMs, nowMs), proven);
    }
  }
  return refused;
}

/** @returns templates that were not taken. */
function restoreSet(
  store: TemplateStore,
  scope: string,
  { key, usedMs }: SavedDomain,
  set: TemplatesFile['sets'][number],
  definitions: ReadonlyArray<ReturnType<typeof parseKey>>,
  nowMs: number
): number {
  const taken = set.filter(([id, index]) => {
    const known = definitions[index];
    if (known === undefined || id < FIRST_DATA_SET || known.definition.version !== (key < 0 ? 9 : 10)) {
      return false;
    }
    const sent = { scope, domainId: key, templateId: id, key: known.key, definition: known.definition };
    return store.learn({ ...sent, nowMs: Math.min(usedMs, nowMs) }).kind === 'learned';
  });
  return set.length - taken.length;
}

/** @returns option records that were not taken. */
function restoreOptions(domain: Domain | undefined, { systemInitMs, sampling }: SavedDomain): number {
  // What option records said ends with the last template of theirs.
  if (domain === undefined || domain.optionsTemplates === 0) {
    return 0;
  }
  domain.systemInitMs ??= systemInitMs;
  return sampling === undefined ? 0 : domain.sampling.restore(sampling);
}

/** What waits for a template, connections left out. */
export function saveWaiting(waiting: WaitingRoom): SavedWaiting {
  const sets = [...waiting.all()]
    .filter(({ scope }) => !isConnection(scope))
    .map((set) => ({ ...set, bytes: set.bytes.toString('base64') }));
  return { version: 1, sets } as SavedWaiting;
}

/**
 * Takes in what {@link saveWaiting} gave; what has a template by now is ready at once.
 * @param nowMs nothing waits since later.
 */
export function restoreWaiting(waiting: WaitingRoom, store: TemplateStore, file: WaitingFile, nowMs: number): void {
  for (const { bytes, sinceMs, ...set } of file.sets.sound) {
    const since = Math.min(sinceMs ?? set.receivedMs, nowMs);
    waiting.put({ ...set, bytes: Buffer.from(bytes, 'base64'), sinceMs: since });
    if (store.exporter(set.scope)?.domains.get(set.domainKey)?.templates.has(set.id) === true) {
      waiting.templateCame(set.scope, set.domainKey, set.id);
    }
  }
}

function readKey(key: string): TemplatesFile['definitions'][number] {
  const version = key.startsWith('10') ? 10 : 9;
  const at = version === 10 ? 2 : 1;
  return [version, key[at] === 'o', Buffer.from(key.slice(at + 1), 'latin1').toString('base64')];
}

/** @returns undefined where the bytes are no definition, or more than one. */
function parseKey(
  version: 9 | 10,
  options: boolean,
  base64: string
): { key: string; definition: TemplateDefinition } | undefined {
  const bytes = Buffer.from(base64, 'base64');
  // Any number will do: it is no part of what the definition says.
  const message = Buffer.concat([Buffer.of(1, 0), bytes]);
  const [parsed, ...more] = parseDefinitions(message, 0, message.length, version, options);
  if (parsed === undefined || more.length > 0 || !('definition' in parsed) || parsed.end !== message.length) {
    return undefined;
  }
  return { key: definitionKey(version, options, bytes), definition: parsed.definition };
}
