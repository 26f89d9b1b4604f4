import { ArrivalQueue, type Neighbours } from './arrivalQueue';
import type { MessageHeader } from './header';

/** A data set that came before its template, with what decoding it later takes. */
export interface WaitingSet {
  /** The exporter, or the session, whose templates count. */
  readonly scope: string;
  readonly address: string;
  readonly header: MessageHeader;
  /** The domain as the templates are kept by it. */
  readonly domainKey: number;
  /** Number of the set: the template that it waits for. */
  readonly id: number;
  /** What the set holds, without its header; a copy, as the datagram's memory goes on to others. */
  readonly bytes: Buffer;
  /** Where it stood in its datagram, which tells its records from those of other sets. */
  readonly offset: number;
  /** When its datagram came: its flows are of that time. */
  readonly receivedMs: number;
  /** Since when it waits, by the decoder's clock. */
  readonly sinceMs: number;
}

/** How much may wait. */
export interface WaitingLimits {
  /** Bytes of all exporters, 0 for none. */
  readonly maxBytes: number;
  /** How long a set waits. */
  readonly maxSeconds: number;
}

/** Told of sets that wait no longer. */
export type OnGivenUp = (set: WaitingSet, why: string) => void;

/** What a set costs besides its bytes. */
const OVERHEAD = 256;
/** The part of all bytes that one exporter may have: a flood of one may not push out the others. */
const EXPORTER_SHARE = 4;

const keyOf = ({ scope, domainKey, id }: Pick<WaitingSet, 'scope' | 'domainKey' | 'id'>) =>
  `${domainKey}/${id}/${scope}`;
const costOf = ({ bytes }: WaitingSet) => bytes.length + OVERHEAD;

/** A set in the room, with its neighbours among all sets, and among those of its scope. */
interface Place {
  readonly set: WaitingSet;
  readonly amongAll: Neighbours<Place>;
  readonly amongOwn: Neighbours<Place>;
}

/** What waits of one scope. */
interface Own {
  bytes: number;
  readonly places: ArrivalQueue<Place>;
}

/**
 * Data sets that came before their template, bounded in bytes and age: where there is no room, the oldest make it.
 * Those whose template came are ready, and are handed out a few at a time.
 */
export class WaitingRoom {
  private readonly places = new ArrivalQueue<Place>((place) => place.amongAll);
  private readonly byTemplate = new Map<string, Set<Place>>();
  private readonly byScope = new Map<string, Own>();
  /** By scope. */
  private readonly ready = new Map<string, Set<Place>>();
  /** Bytes in use. */
  bytes = 0;
  /** Grows with every change. */
  changes = 0;

  constructor(
    private readonly limits: WaitingLimits,
    private readonly onGivenUp: OnGivenUp
  ) {}

  /** Sets that wait, those that are ready included. */
  get size(): number {
    return this.places.size;
  }

  /** All that waits, the oldest first. */
  *all(): Generator<WaitingSet> {
    for (const { set } of this.places) {
      yield set;
    }
  }

  /** Takes a set in. @returns false where it can have no room. */
  put(set: WaitingSet): boolean {
    const { maxBytes } = this.limits;
    const cost = costOf(set);
    if (cost > maxBytes / EXPORTER_SHARE) {
      return false;
    }
    let own = this.byScope.get(set.scope);
    while (own !== undefined && own.bytes + cost > maxBytes / EXPORTER_SHARE) {
      this.giveUp(oldestOf(own.places), 'too much of this exporter waits; raise decode.waiting.maxBytes');
      own = this.byScope.get(set.scope);
    }
    while (this.bytes + cost > maxBytes) {
      this.giveUp(oldestOf(this.places), 'too much waits; raise decode.waiting.maxBytes');
    }
    const place: Place = {
      set,
      amongAll: { older: undefined, newer: undefined },
      amongOwn: { older: undefined, newer: undefined },
    };
    this.places.add(place);
    const key = keyOf(set);
    const others = this.byTemplate.get(key);
    if (others === undefined) {
      this.byTemplate.set(key, new Set([place]));
    } else {
      others.add(place);
    }
    this.bytes += cost;
    own = this.byScope.get(set.scope) ?? { bytes: 0, places: new ArrivalQueue((one) => one.amongOwn) };
    own.bytes += cost;
    own.places.add(place);
    this.byScope.set(set.scope, own);
    this.changes++;
    return true;
  }

  /** A template came: the sets that wait for it are ready. */
  templateCame(scope: string, domainKey: number, id: number): void {
    const key = keyOf({ scope, domainKey, id });
    const found = this.byTemplate.get(key);
    if (found === undefined) {
      return;
    }
    this.byTemplate.delete(key);
    const ready = this.ready.get(scope);
    if (ready === undefined) {
      this.ready.set(scope, found);
    } else {
      found.forEach((place) => ready.add(place));
    }
  }

  /** Whether some sets of a scope are ready. */
  hasReady(scope: string): boolean {
    return this.ready.size > 0 && this.ready.has(scope);
  }

  /**
   * Takes out sets of a scope that are ready.
   * @param budget bytes; the rest is for the next time, so that no single datagram gives rise to any number of flows.
   */
  takeReady(scope: string, budget: number): WaitingSet[] {
    const taken: Place[] = [];
    let bytes = 0;
    for (const place of this.ready.get(scope) ?? []) {
      bytes += place.set.bytes.length;
      if (taken.length > 0 && bytes > budget) {
        break;
      }
      taken.push(place);
    }
    taken.forEach((place) => this.remove(place));
    return taken.map(({ set }) => set);
  }

  /** Gives up what has waited too long. */
  expire(nowMs: number): void {
    const before = nowMs - this.limits.maxSeconds * 1000;
    for (let place = this.places.first; place !== undefined; place = this.places.first) {
      if (place.set.sinceMs >= before) {
        return;
      }
      const isReady = this.ready.get(place.set.scope)?.has(place) === true;
      const why = isReady ? 'too few datagrams followed its template' : 'its template did not come';
      this.giveUp(place, `${why} in ${this.limits.maxSeconds} s`);
    }
  }

  /** Gives up all that waits, or all of a scope. */
  clear(why: string, scope?: string): void {
    const places = scope === undefined ? this.places : (this.byScope.get(scope)?.places ?? []);
    for (const place of [...places]) {
      this.giveUp(place, why);
    }
  }

  private giveUp(place: Place, why: string): void {
    this.remove(place);
    this.onGivenUp(place.set, why);
  }

  private remove(place: Place): void {
    const { set } = place;
    this.places.remove(place);
    removeFrom(this.byTemplate, keyOf(set), place);
    removeFrom(this.ready, set.scope, place);
    const own = this.byScope.get(set.scope);
    if (own !== undefined) {
      own.places.remove(place);
      own.bytes -= costOf(set);
      if (own.places.size === 0) {
        this.byScope.delete(set.scope);
      }
    }
    this.bytes -= costOf(set);
    this.changes++;
  }
}

function removeFrom(all: Map<string, Set<Place>>, key: string, place: Place): void {
  const own = all.get(key);
  own?.delete(place);
  if (own?.size === 0) {
    all.delete(key);
  }
}

function oldestOf(places: ArrivalQueue<Place>): Place {
  if (places.first === undefined) {
    throw new Error('bytes are in use, but no set waits');
  }
  return places.first;
}
