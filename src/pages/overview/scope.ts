import type { SceneObjectUrlValue } from '@grafana/scenes';
import { validateFilter, type Filter, type FilterField, type FilterSet, type FilterSide } from '../../flow';
import { exactly } from './questions';

/** What the overview can be narrowed to. */
export const SCOPE_KINDS = ['namespace', 'workload', 'node', 'service'] as const;

/** A kind of what the overview can be narrowed to. */
export type ScopeKind = (typeof SCOPE_KINDS)[number];

/** One object of the cluster that the whole overview is about. */
export interface Scope {
  readonly kind: ScopeKind;
  readonly name: string;
  /** Of workloads and Services; absent for those of any namespace, and for kinds that are in none. */
  readonly namespace?: string;
}

interface KindInfo {
  /** In sentence case. */
  readonly title: string;
  /** As it stands within a sentence. */
  readonly word: string;
  readonly field: FilterField;
  /** Whether objects of it are in a namespace. */
  readonly namespaced: boolean;
}

/** What is known of the kinds. */
export const SCOPE_INFO: Readonly<Record<ScopeKind, KindInfo>> = {
  namespace: { title: 'Namespace', word: 'namespace', field: 'K8S_Namespace', namespaced: false },
  workload: { title: 'Workload', word: 'workload', field: 'K8S_OwnerName', namespaced: true },
  node: { title: 'Node', word: 'node', field: 'K8S_HostName', namespaced: false },
  service: { title: 'Service', word: 'Service', field: 'K8S_Service', namespaced: true },
};

/** The name of a scope's object, with its namespace where it is known: `shop/frontend`. */
export function scopeName({ namespace, name }: Scope): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** A scope in words: `workload shop/frontend`. */
export function scopeTitle(scope: Scope): string {
  return `${SCOPE_INFO[scope.kind].word} ${scopeName(scope)}`;
}

/** Reads {@link scopeName}'s text. */
export function scopeNamed(kind: ScopeKind, text: string): Scope {
  const slash = SCOPE_INFO[kind].namespaced ? text.indexOf('/') : -1;
  return slash === -1 ? { kind, name: text } : { kind, namespace: text.slice(0, slash), name: text.slice(slash + 1) };
}

/** Filters that one end meets where it is the scope's object. */
export function scopeFilters({ kind, namespace, name }: Scope, side: FilterSide): Filter[] {
  return [
    ...(namespace === undefined ? [] : [exactly('K8S_Namespace', namespace, side)]),
    exactly(SCOPE_INFO[kind].field, name, side),
  ];
}

/** The flows of which one end, whichever it is, is the scope's object. */
export function scopeSet(scope: Scope): FilterSet {
  return { filters: scopeFilters(scope, 'src'), match: 'all', bidirectional: true };
}

/** What an address says of a scope; neither for the whole cluster. */
export interface ReadScope {
  readonly scope?: Scope;
  /** Why it cannot be taken, in words. */
  readonly problem?: string;
}

/** A scope as a URL parameter: `namespace:shop`, `workload:shop/frontend`; undefined for the whole cluster. */
export function formatScope(scope: Scope | undefined): string | undefined {
  return scope && `${scope.kind}:${scopeName(scope)}`;
}

/** Reads {@link formatScope}' text. What cannot be a name is told, and the whole cluster is shown. */
export function parseScope(value: SceneObjectUrlValue): ReadScope {
  const [text = ''] = [value ?? ''].flat();
  if (text === '') {
    return {};
  }
  const told = text.slice(0, 100);
  const colon = text.indexOf(':');
  const kind = SCOPE_KINDS.find((one) => one === text.slice(0, colon));
  if (kind === undefined) {
    return { problem: `scope: “${told}” is not of the form kind:name with one of ${SCOPE_KINDS.join(', ')}.` };
  }
  const scope = scopeNamed(kind, text.slice(colon + 1));
  if (scope.name === '' || scope.namespace === '') {
    return { problem: `scope: “${told}” names no ${SCOPE_INFO[kind].word}.` };
  }
  for (const filter of scopeFilters(scope, 'src')) {
    const valid = validateFilter(filter);
    if (!valid.ok) {
      return { problem: `scope: ${valid.error}` };
    }
  }
  return { scope };
}
