import type { EnrichConfig } from './config';
import type { NamedEnd } from './clusterIndex';
import { globMatcher } from './glob';

/** What `K8S_FlowLayer` says. */
export type FlowLayer = 'app' | 'infra';

/**
 * A function that tells whether an object is a part of the platform: a node, the API server's Service, or in one of
 * `infraNamespaces`.
 */
export function infraObjects(infraNamespaces: EnrichConfig['infraNamespaces']): (named: NamedEnd) => boolean {
  const isInfraNamespace = globMatcher(infraNamespaces);
  const known = new Map<string, boolean>();
  return ({ type, namespace, name }) => {
    if (type === 'Node' || namespace === undefined) {
      return true;
    }
    let infra = known.get(namespace);
    if (infra === undefined) {
      infra = isInfraNamespace(namespace);
      known.set(namespace, infra);
    }
    return infra || (namespace === 'default' && name === 'kubernetes');
  };
}

/** What the layer of a flow follows from, for one of its ends. */
interface LayerEnd {
  readonly named: object | undefined;
  readonly isInfra: boolean;
}

/**
 * The layer of a flow: `infra` where every end that the cluster knows is a part of the platform, else `app`; undefined
 * where the cluster knows neither end. An end outside the cluster decides nothing, as in NetObserv.
 */
export function flowLayer(source: LayerEnd | undefined, destination: LayerEnd | undefined): FlowLayer | undefined {
  const from = source?.named === undefined ? undefined : source;
  const to = destination?.named === undefined ? undefined : destination;
  if (from === undefined && to === undefined) {
    return undefined;
  }
  return (from?.isInfra ?? true) && (to?.isInfra ?? true) ? 'infra' : 'app';
}
