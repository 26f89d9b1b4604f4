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

const keyOf = (scope: string, domainKey: number, id: number) => `${domainKey}/${id}/${scope}`;
const costOf = ({ bytes }: WaitingSet) => bytes.length + OVERHEAD;

/**
 * Data sets that came before their template, bounded in bytes and age: where there is no room, the oldest make it.
 * Those whose template came are ready, and are handed out a few at a time.
 */
export class WaitingRoom {
  /** The oldest first. */
  private readonly sets = new Set<WaitingSet>();
  private readonly byTemplate = new Map<string, Set<WaitingSet>>();
  private readonly byScope = new Map<string, { bytes: number; readonly sets: Set<WaitingSet> }>();
  /** By scope. */
  private readonly ready = new Map<string, Set<WaitingSet>>();
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
    return this.sets.size;
  }

  /** All that waits, the oldest first. */
  all(): IterableIterator<WaitingSet> {
    return this.sets.values();
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
      this.giveUp(first(own.sets), 'too much of this exporter waits; raise decode.waiting.maxBytes');
      own = this.byScope.get(set.scope);
    }
    while (this.bytes + cost > maxBytes) {
      this.giveUp(first(this.sets), 'too much waits; raise decode.waiting.maxBytes');
    }
    this.sets.add(set);
    const key = keyOf(set.scope, set.domainKey, set.id);
    const others = this.byTemplate.get(key);
    if (others === undefined) {
      this.byTemplate.set(key, new Set([set]));
    } else {
      others.add(set);
    }
    this.bytes += cost;
    own = this.byScope.get(set.scope) ?? { bytes: 0, sets: new Set() };
    own.bytes += cost;
    own.sets.add(set);
    this.byScope.set(set.scope, own);
    this.changes++;
    return true;
  }

  /** A template came: the sets that wait for it are ready. */
  templateCame(scope: string, domainKey: number, id: number): void {
    const key = keyOf(scope, domainKey, id);
    const found = this.byTemplate.get(key);
    if (found === undefined) {
      return;
    }
    this.byTemplate.delete(key);
    const ready = this.ready.get(scope);
    if (ready === undefined) {
      this.ready.set(scope, found);
    } else {
      found.forEach((set) => ready.add(set));
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
    const taken: WaitingSet[] = [];
    let bytes = 0;
    for (const set of this.ready.get(scope) ?? []) {
      bytes += set.bytes.length;
      if (taken.length > 0 && bytes > budget) {
        break;
      }
      taken.push(set);
    }
    taken.forEach((set) => this.remove(set));
    return taken;
  }

  /** Gives up what has waited too long. */
  expire(nowMs: number): void {
    const before = nowMs - this.limits.maxSeconds * 1000;
    for (const set of this.sets) {
      if (set.sinceMs >= before) {
        return;
      }
      const isReady = this.ready.get(set.scope)?.has(set) === true;
      const why = isReady ? 'too few datagrams followed its template' : 'its template did not come';
      this.giveUp(set, `${why} in ${this.limits.maxSeconds} s`);
    }
  }

  /** Gives up all that waits, or all of a scope. */
  clear(why: string, scope?: string): void {
    const sets = scope === undefined ? this.sets : (this.byScope.get(scope)?.sets ?? []);
    for (const set of [...sets]) {
      this.giveUp(set, why);
    }
  }

  private giveUp(set: WaitingSet, why: string): void {
    this.remove(set);
    this.onGivenUp(set, why);
  }

  private remove(set: WaitingSet): void {
    this.sets.delete(set);
    removeFrom(this.byTemplate, keyOf(set.scope, set.domainKey, set.id), set);
    removeFrom(this.ready, set.scope, set);
    const own = this.byScope.get(set.scope);
    if (own !== undefined) {
      own.sets.delete(set);
      own.bytes -= costOf(set);
      if (own.sets.size === 0) {
        this.byScope.delete(set.scope);
      }
    }
    this.bytes -= costOf(set);
    this.changes++;
  }
}

function removeFrom(all: Map<string, Set<WaitingSet>>, key: string, set: WaitingSet): void {
  const own = all.get(key);
  own?.delete(set);
  if (own?.size === 0) {
    all.delete(key);
  }
}

function first(sets: ReadonlySet<WaitingSet>): WaitingSet {
  for (const set of sets) {
    return set;
  }
  throw new Error('bytes are in use, but no set waits');
}
