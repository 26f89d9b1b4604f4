import type { Spool, Taken } from '../spool';
import { mergedParcel } from './merged';
import { decodeParcel, type Parcel, type SpooledParcel } from './parcel';

/** What goes together. */
export interface GatherBounds {
  /** Bytes that a push of several parcels may have, uncompressed. */
  readonly bytes: number;
  /** How long a parcel may be held for others to come. */
  readonly ms: number;
}

/** Parcels of the spool that are sent as one. */
export interface TakenParcel {
  readonly parcel: Parcel;
  /** Of how many batches it is, each a record of the spool. */
  readonly batches: number;
  /** Whether they are there again at the next start, unless they are settled. */
  readonly isKept: () => boolean;
  /** They are stored, or lost for good. */
  readonly settle: () => void;
}

interface Read {
  readonly record: Taken;
  readonly parcel: SpooledParcel;
}

/**
 * Takes parcels out of the spool, small ones together: what is written often, so that a kill loses little, need not go
 * to Loki as often. A parcel waits for others at most so long, and not at all once a push is full.
 */
export class SpooledParcels {
  private isTaking = false;
  private held: Read | undefined;
  private urgent = 0;
  private wakeUp: () => void = () => undefined;

  /** @param onUnreadable a record that another version wrote was passed over. */
  constructor(
    private readonly spool: Spool,
    private readonly bounds: GatherBounds,
    private readonly onUnreadable: (record: Taken, error: Error) => void
  ) {}

  /** The next ones; undefined where there is none now, or another call is under way. */
  async next(): Promise<TakenParcel | undefined> {
    if (this.isTaking) {
      return undefined;
    }
    this.isTaking = true;
    try {
      const first = this.held ?? (await this.read());
      this.held = undefined;
      return first && together(await this.gather(first), this.spool);
    } finally {
      this.isTaking = false;
    }
  }

  /** What is held for the next push, where no more of them are to be taken; undefined where nothing is. */
  takeHeld(): TakenParcel | undefined {
    const { held } = this;
    this.held = undefined;
    return held && together([held], this.spool);
  }

  /** The spool has more, or what waits should be looked at again. */
  wake(): void {
    this.wakeUp();
  }

  /** From now on nothing waits for others, until what is returned is called. */
  hurry(): () => void {
    this.urgent++;
    this.wake();
    return () => {
      this.urgent--;
    };
  }

  private async gather(first: Read): Promise<Read[]> {
    const gathered = [first];
    let bytes = first.parcel.pushBytes;
    const untilMs = performance.now() + this.bounds.ms;
    while (bytes < this.bounds.bytes) {
      const next = await this.readUntil(untilMs);
      if (next === undefined) {
        break;
      }
      bytes += next.parcel.pushBytes;
      // Where one file of the spool is dropped and the other is not, what is left of them counts differently.
      if (bytes > this.bounds.bytes || next.record.segment !== first.record.segment) {
        this.held = next;
        break;
      }
      gathered.push(next);
    }
    return gathered;
  }

  private async readUntil(untilMs: number): Promise<Read | undefined> {
    for (;;) {
      // Before it is looked for: what comes meanwhile wakes too.
      const woken = new Promise<void>((resolve) => (this.wakeUp = resolve));
      const next = await this.read();
      const leftMs = this.urgent > 0 ? 0 : untilMs - performance.now();
      if (next !== undefined || leftMs <= 0) {
        return next;
      }
      const timer = setTimeout(this.wakeUp, leftMs);
      await woken;
      clearTimeout(timer);
    }
  }

  private async read(): Promise<Read | undefined> {
    for (let record = await this.spool.next(); record !== undefined; record = await this.spool.next()) {
      try {
        return { record, parcel: decodeParcel(record.meta, record.body) };
      } catch (error) {
        this.spool.settle(record);
        this.onUnreadable(record, error as Error);
      }
    }
    return undefined;
  }
}

/** @param parts of one file of the spool, at least one. */
function together(parts: readonly Read[], spool: Spool): TakenParcel {
  return {
    parcel: mergedParcel(parts.map(({ parcel }) => parcel)),
    batches: parts.length,
    isKept: () => !parts[0]!.record.segment.dropped,
    settle: () => parts.forEach(({ record }) => spool.settle(record)),
  };
}
