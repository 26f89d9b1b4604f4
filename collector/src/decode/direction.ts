import type { Observation } from './observation';

const EGRESS = 1;

/** What an observation domain has shown of its directions. */
export interface KnownDirections {
  /** It has told of two interfaces that a packet passed: it knows coming in from going out. */
  tellsSides: boolean;
}

/**
 * Takes the direction (IE 61) out of a record where it is not the side that the packets were observed on. softflowd
 * listens at one interface, names it as both, and sends as direction which half of a conversation a record is: 0 from the
 * lower address to the higher. A switch names the same interface twice as well, where it sends a packet back, so that
 * counts only of a domain that has never told of two.
 */
export function settleDirection(said: Observation, domain: KnownDirections): void {
  if (tellsSides(said)) {
    domain.tellsSides = true;
  } else if (said.ingressInterface !== undefined) {
    said.direction = undefined;
    said.reverseDirection = undefined;
  }
}

/**
 * Whether nothing can have observed the packets coming in: they were observed going out, and the record says that they
 * came in by no interface (0). So it is with what a host or router sends itself, and with what another bridge of the same
 * switch hands over.
 */
export function cameInUnseen({ direction, ingressInterface, ingressName }: Observation): boolean {
  return direction === EGRESS && ingressInterface === 0 && ingressName === undefined;
}

function tellsSides({ ingressInterface, egressInterface, ingressName, egressName }: Observation): boolean {
  return (
    ingressInterface !== egressInterface ||
    (ingressName !== undefined && egressName !== undefined && ingressName !== egressName)
  );
}
