import { addressScope, parseCidr } from './address';
import type { EnrichConfig } from './config';
import { PrefixTable } from './prefixTable';

/** What stands before the label of an address outside the cluster. */
const EXTERNAL = 'EXT:';
const CACHED_ADDRESSES = 65_536;

/** What an address is called where it is a cluster object's, and where it is not. */
interface Labels {
  readonly inside?: string;
  readonly outside?: string;
}

/**
 * Names of networks. A configured network names every address in it, narrowest network first; for an address that is
 * no cluster object's the name gets `EXT:` in front, unless the network says `external: false`. An address in no
 * configured network and of no cluster object is `EXT:internet` or `EXT:private`.
 */
export class SubnetLabels {
  readonly #table: PrefixTable<Labels>;
  /** Of all addresses seen; emptied when it is full, as keeping it in the order of use costs more than finding anew. */
  readonly #cache = new Map<string, Labels>();

  constructor(subnets: EnrichConfig['subnets']) {
    this.#table = new PrefixTable(
      subnets.flatMap(({ name, cidrs, external }) => {
        const outside = external && !name.startsWith(EXTERNAL) ? `${EXTERNAL}${name}` : name;
        return cidrs.map((text) => [parseCidr(text)!, { inside: name, outside }] as const);
      })
    );
  }

  /**
   * The label of an address.
   * @param isClusterObject whether a pod, Service or node has the address.
   * @returns undefined for cluster objects in no named network, and for multicast, loopback and link-local.
   */
  label(address: string, isClusterObject: boolean): string | undefined {
    let labels = this.#cache.get(address);
    if (labels === undefined) {
      labels = this.#table.find(address) ?? unnamed(address);
      if (this.#cache.size >= CACHED_ADDRESSES) {
        this.#cache.clear();
      }
      this.#cache.set(address, labels);
    }
    return isClusterObject ? labels.inside : labels.outside;
  }
}

function unnamed(address: string): Labels {
  const scope = addressScope(address);
  if (scope === 'other') {
    return {};
  }
  return { outside: `${EXTERNAL}${scope === 'public' ? 'internet' : 'private'}` };
}
