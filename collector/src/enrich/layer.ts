import type { EnrichConfig } from './config';
import type { NamedEnd } from './clusterIndex';
import { globMatcher } from './glob';

/** What `K8S_FlowLayer` says. */
export type FlowLayer = 'app' | 'infra';

/**
 * A function that tells the layer of a flow: `infra` where every end that the cluster knows is a part of the platform
 * (a node, the API server's Service, or in one of `infraNamespaces`), else `app`; undefined where the cluster knows
 * neither end. An end outside the cluster decides nothing, as in NetObserv.
 */
export function flowLayers(infraNamespaces: EnrichConfig['infraNamespaces']) {
  const isInfraNamespace = globMatcher(infraNamespaces);
  const known = new Map<string, boolean>();
  const isInfra = ({ type, namespace, name }: NamedEnd): boolean => {
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
  return (source: NamedEnd | undefined, destination: NamedEnd | undefined): FlowLayer | undefined => {
    if (source === undefined && destination === undefined) {
      return undefined;
    }
    const infra = (source === undefined || isInfra(source)) && (destination === undefined || isInfra(destination));
    return infra ? 'infra' : 'app';
  };
}
