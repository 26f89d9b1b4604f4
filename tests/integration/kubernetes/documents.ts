import { parseAllDocuments } from 'yaml';
import type { ApiObject, Cluster } from './cluster';

/** An object with its place in the API. */
export interface Manifest extends ApiObject {
  readonly apiVersion: string;
}

/** The objects of rendered YAML. */
export function objectsOf(yaml: string): Manifest[] {
  return parseAllDocuments(yaml).flatMap((document) => {
    if (document.errors.length > 0) {
      throw document.errors[0]!;
    }
    return (document.toJS() as Manifest | null) ?? [];
  });
}

/** What of an object's kind the paths of the API are made of. */
interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Creates objects as `kubectl apply --server-side` does, with unknown and doubled fields refused. */
export class Applier {
  readonly #resources = new Map<string, Promise<readonly Resource[]>>();

  constructor(private readonly cluster: Cluster) {}

  /**
   * Applies an object.
   * @param dryRun checked by all that the API server has, but not stored.
   * @throws Error with what the API server says, warnings of unknown fields included.
   */
  async apply(object: Manifest, dryRun = false): Promise<ApiObject> {
    const { apiVersion, kind, metadata } = object;
    const base = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const list = this.#resources.get(base) ?? this.#list(base);
    this.#resources.set(base, list);
    const resource = (await list).find((one) => one.kind === kind && !one.name.includes('/'));
    if (resource === undefined) {
      throw new Error(`the API server knows no ${kind} of ${apiVersion}`);
    }
    const namespace = resource.namespaced ? `/namespaces/${metadata.namespace ?? 'default'}` : '';
    const query = `fieldManager=test&fieldValidation=Strict${dryRun ? '&dryRun=All' : ''}`;
    const path = `${base}${namespace}/${resource.name}/${metadata.name}?${query}`;
    return (await this.cluster.ask('PATCH', path, object, 'application/apply-patch+yaml')) as ApiObject;
  }

  async #list(base: string): Promise<readonly Resource[]> {
    return ((await this.cluster.ask('GET', base)) as { resources: Resource[] }).resources;
  }
}
