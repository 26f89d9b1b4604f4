import { Spool, type SpoolConfig, type SpoolStats } from '../spool';
import { addedUp } from './batch';
import type { SealedBatch } from './openBatch';
import { encodeParcel, readMeta, sealedParcel, type Parcel } from './parcel';
import { BatchQueue } from './queue';
import { SpooledParcels, type GatherBounds } from './spooled';

/** A parcel that was taken from where parcels wait. */
export interface Waiting {
  readonly parcel: Parcel;
  /** Of how many batches it is. */
  readonly batches: number;
  /** Whether it is there again at the next start, unless it is settled. */
  readonly isKept: () => boolean;
  /**
   * It is done with.
   * @param isDurable everything in it is stored, or lost for good; false where it was left behind at the end.
   */
  readonly settle: (isDurable: boolean) => void;
}

/** Why flows are lost while they wait. */
export type WaitingLoss = 'queue_full' | 'spool_full' | 'spool_corrupt';

/** What a backlog tells its surroundings. */
export interface BacklogEvents {
  /** So many batches will not be taken any more. `flows` are by exporter. */
  readonly onLoss: (flows: ReadonlyMap<string, number>, batches: number, reason: WaitingLoss, detail: string) => void;
  readonly onNotice: (message: string) => void;
}

/** The name under which flows are counted whose record cannot be read. */
const UNKNOWN = 'unknown';

/**
 * Where batches wait for Loki: in memory up to a bound, or, with a spool, on disk. While the disk cannot be written
 * they wait in memory again, so that a full disk costs nothing as long as Loki takes them.
 */
export class Backlog {
  private readonly memory: BatchQueue;
  private readonly spool: Spool | undefined;
  private readonly spooled: SpooledParcels | undefined;
  private readonly wakeups: Array<() => void> = [];
  /** Batches that a kill would lose now, and who waits for each. */
  private readonly atRisk = new Map<SealedBatch, { readonly safe: Promise<void>; readonly resolve: () => void }>();
  private wakes = 0;
  private ended = false;
  private halted = false;
  private unwritten = 0;
  private unwrittenBytes = 0;
  private memoryFirst = false;

  /**
   * @param queueBytes bytes that may wait in memory.
   * @param spool the settings of the spool; without a path there is none.
   * @param together what of the spool goes to Loki in one push.
   * @throws ConfigError where the spool's folder cannot be used.
   */
  constructor(
    private readonly queueBytes: number,
    spool: SpoolConfig,
    together: GatherBounds,
    private readonly events: BacklogEvents
  ) {
    this.memory = new BatchQueue(queueBytes);
    this.spool =
      spool.path === undefined
        ? undefined
        : Spool.open(spool.path, spool, {
            onAvailable: () => this.wake(),
            onDropped: (records) => this.onDropped(records),
            onSpoilt: (records, flows, detail) =>
              events.onLoss(new Map([[UNKNOWN, flows]]), records, 'spool_corrupt', detail),
            onNotice: events.onNotice,
          });
    this.spooled =
      this.spool &&
      new SpooledParcels(this.spool, together, ({ found }, error) =>
        events.onLoss(new Map([[UNKNOWN, found.flows]]), 1, 'spool_corrupt', error.message)
      );
  }

  /** Takes a batch in; never waits. */
  put(batch: SealedBatch): void {
    const { promise, resolve } = withResolver();
    this.atRisk.set(batch, { safe: promise, resolve });
    if (this.spool === undefined || this.unwrittenBytes > this.queueBytes) {
      this.keepInMemory(batch);
    } else {
      void this.write(batch, this.spool);
    }
  }

  /** The next parcel, as soon as there is one; undefined once it has ended and nothing is left to take. */
  async take(): Promise<Waiting | undefined> {
    for (;;) {
      const { wakes } = this;
      // Taken by turns: neither may starve the other while both have some.
      this.memoryFirst = !this.memoryFirst;
      const next = this.memoryFirst
        ? (this.fromMemory() ?? (await this.fromSpool()))
        : ((await this.fromSpool()) ?? this.fromMemory());
      if (next !== undefined) {
        return next;
      }
      if (this.ended && this.unwritten === 0) {
        return undefined;
      }
      // What came while the disk was asked has been told of already.
      if (this.wakes === wakes) {
        await new Promise<void>((resolve) => this.wakeups.push(resolve));
      }
    }
  }

  /**
   * Settles once every batch that was put in so far is in the spool, stored, or lost for good. It never does for one
   * that is left behind when the writer ends.
   */
  async durable(): Promise<void> {
    await Promise.all([...this.atRisk.values()].map(({ safe }) => safe));
  }

  /** From now on nothing waits to be sent with others, until what is returned is called. */
  hurry(): () => void {
    return this.spooled?.hurry() ?? (() => undefined);
  }

  /** No more batches come. */
  end(): void {
    this.ended = true;
    this.hurry();
    this.wake();
  }

  /** The time to send is over: what is on disk stays there and is not given out any more, but for what was read. */
  halt(): void {
    this.halted = true;
    this.end();
  }

  /** Closes the spool. */
  async close(): Promise<void> {
    await this.spool?.close();
  }

  /** Bytes that wait in memory. */
  get memoryBytes(): number {
    return this.memory.bytes + this.unwrittenBytes;
  }

  /** Figures of the spool, where there is one. */
  get spoolStats(): SpoolStats | undefined {
    return this.spool?.stats;
  }

  private async write(batch: SealedBatch, spool: Spool): Promise<void> {
    this.unwritten++;
    this.unwrittenBytes += batch.bytes;
    try {
      await spool.append(await encodeParcel(batch));
      this.isSafe(batch);
    } catch {
      // The spool has told why; it goes to Loki from memory.
      this.keepInMemory(batch);
    }
    this.unwritten--;
    this.unwrittenBytes -= batch.bytes;
    if (this.ended) {
      this.wake();
    }
  }

  private keepInMemory(batch: SealedBatch): void {
    for (const dropped of this.memory.put(batch)) {
      const detail = 'Loki did not take them in time; see loki.queueBytes';
      this.events.onLoss(dropped.flows, 1, 'queue_full', detail);
      this.isSafe(dropped);
    }
    this.wake();
  }

  private fromMemory(): Waiting | undefined {
    const batch = this.memory.take();
    const settle = (isDurable: boolean) => (isDurable ? this.isSafe(batch!) : undefined);
    return batch && { parcel: sealedParcel(batch), batches: 1, isKept: () => false, settle };
  }

  /** A kill would not lose it any more, and nobody needs it in memory. */
  private isSafe(batch: SealedBatch): void {
    const waiting = this.atRisk.get(batch);
    if (waiting !== undefined) {
      this.atRisk.delete(batch);
      waiting.resolve();
      batch.release();
    }
  }

  private async fromSpool(): Promise<Waiting | undefined> {
    if (this.spooled === undefined) {
      return undefined;
    }
    if (this.halted) {
      // Where its file was dropped meanwhile, only who takes it can tell that it is lost.
      return this.spooled.takeHeld();
    }
    const taken = await this.spooled.next();
    if (taken !== undefined) {
      // Others were turned away meanwhile, and there may be more.
      this.wake();
    }
    return taken;
  }

  private onDropped(records: ReadonlyArray<{ meta: Buffer; flows: number }>): void {
    const lost = addedUp(records.map(({ meta, flows }) => exportersOf(meta, flows)));
    const detail = 'the spool was full and Loki had not taken them in time; see spool.maxBytes';
    this.events.onLoss(lost, records.length, 'spool_full', detail);
  }

  private wake(): void {
    this.wakes++;
    this.spooled?.wake();
    for (const resolve of this.wakeups.splice(0)) {
      resolve();
    }
  }
}

function withResolver(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}

function exportersOf(meta: Buffer, flows: number): ReadonlyMap<string, number> {
  try {
    return readMeta(meta);
  } catch {
    return new Map([[UNKNOWN, flows]]);
  }
}
