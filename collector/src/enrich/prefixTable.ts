import { addressBytes, type Cidr } from './address';

/**
 * Networks by longest prefix. One map for each prefix length in use, longest first: a lookup costs as many map reads
 * as there are different lengths, however many networks there are.
 */
export class PrefixTable<T> {
  readonly #byFamily = new Map<number, Array<{ readonly prefix: number; readonly networks: Map<string, T> }>>();

  /** @param entries networks with their values; of two equal networks the first stands. */
  constructor(entries: Iterable<readonly [Cidr, T]>) {
    for (const [cidr, value] of entries) {
      this.#add(cidr, value);
    }
  }

  /** The value of the narrowest network that holds the address; undefined where none does. */
  find(address: string): T | undefined {
    const bytes = addressBytes(address);
    if (bytes === undefined) {
      return undefined;
    }
    for (const { prefix, networks } of this.#byFamily.get(bytes.length) ?? []) {
      const found = networks.get(networkKey(bytes, prefix));
      if (found !== undefined) {
        return found;
      }
    }
    return undefined;
  }

  #add({ bytes, prefix }: Cidr, value: T): void {
    const lengths = this.#byFamily.get(bytes.length) ?? [];
    this.#byFamily.set(bytes.length, lengths);
    let entry = lengths.find((one) => one.prefix === prefix);
    if (entry === undefined) {
      entry = { prefix, networks: new Map() };
      lengths.push(entry);
      lengths.sort((a, b) => b.prefix - a.prefix);
    }
    const key = networkKey(bytes, prefix);
    if (!entry.networks.has(key)) {
      entry.networks.set(key, value);
    }
  }
}

/** The leading `prefix` bits, as text that is equal for equal networks. */
function networkKey(bytes: readonly number[], prefix: number): string {
  const whole = prefix >> 3;
  const key = bytes.slice(0, whole);
  if (prefix & 7) {
    key.push(bytes[whole]! & (0xff00 >> (prefix & 7)) & 0xff);
  }
  return String.fromCharCode(...key);
}
