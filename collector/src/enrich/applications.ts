import { portName } from '@netobserv-flows/schema';
import { parseCidr } from './address';
import type { EnrichConfig } from './config';
import type { EndFacts } from './ends';
import { globMatcher } from './glob';
import { PrefixTable } from './prefixTable';

/** First of the ports that Linux hands to clients; a service port is seldom above it. */
const EPHEMERAL_FROM = 32_768;

interface Rule {
  readonly name: string;
  readonly proto?: number;
  readonly holds: (end: EndFacts) => boolean;
}

/** Names what the traffic of a flow is for. */
export class Applications {
  readonly #rules: readonly Rule[];

  constructor(applications: EnrichConfig['applications']) {
    this.#rules = applications.map(toRule);
  }

  /**
   * The first configured name of which all conditions hold at one end, the destination tried before the source; else
   * the well-known name of the service port.
   * @param proto IANA protocol number, absent where the exporter does not tell.
   */
  name(source: EndFacts, destination: EndFacts, proto: number | undefined): string | undefined {
    for (const rule of this.#rules) {
      const fits = rule.proto === undefined || rule.proto === proto;
      if (fits && (rule.holds(destination) || rule.holds(source))) {
        return rule.name;
      }
    }
    return wellKnown(source, destination, proto);
  }
}

function toRule({ name, ports, protocol, cidrs, namespaces }: EnrichConfig['applications'][number]): Rule {
  const networks = cidrs && new PrefixTable(cidrs.map((text) => [parseCidr(text)!, true] as const));
  const inNamespaces = namespaces && globMatcher(namespaces);
  const holds = ({ port, address, named }: EndFacts) =>
    (ports === undefined || (port !== undefined && ports.some(([first, last]) => port >= first && port <= last))) &&
    (inNamespaces === undefined || (named?.namespace !== undefined && inNamespaces(named.namespace))) &&
    (networks === undefined || (address !== undefined && networks.find(address) === true));
  return { name, proto: protocol, holds };
}

/**
 * The port that a Service declares is the service port, whatever its number; where neither or both ends declare
 * theirs it is the destination's, unless that looks like a client's port and the source's does not (a reply).
 */
function wellKnown(source: EndFacts, destination: EndFacts, proto: number | undefined): string | undefined {
  const [from, to] = [source.port, destination.port];
  if (from === undefined || to === undefined) {
    return to === undefined ? undefined : portName(to, proto);
  }
  const sourceServes = source.served?.declared === true;
  const destinationServes = destination.served?.declared === true;
  if (sourceServes !== destinationServes) {
    return portName(destinationServes ? to : from, proto);
  }
  if (to >= EPHEMERAL_FROM && from < EPHEMERAL_FROM) {
    return portName(from, proto) ?? portName(to, proto);
  }
  const fromClient = from >= EPHEMERAL_FROM && to < EPHEMERAL_FROM;
  return portName(to, proto) ?? (fromClient ? undefined : portName(from, proto));
}
