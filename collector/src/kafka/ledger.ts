/** An offset that can be committed: everything before it in the partition is durable. */
export interface Commit {
  readonly partition: number;
  readonly offset: bigint;
}

interface Place {
  /** The next message that was not handed over yet. */
  next: bigint;
  /** What is committed, as far as this consumer knows. */
  committed: bigint | undefined;
  /** Something was handed over since the last {@link Ledger.take}. */
  dirty: boolean;
  /** Commits up to here are void: the partition went on behind it, after a gap. */
  since: bigint;
  /** No other consumer can have had the partition since the last message. */
  isOurs: boolean;
}

/** What of each partition was handed over, and what of it is not durable yet. */
export class Ledger {
  private readonly places = new Map<number, Place>();
  /** Bytes that were handed over and not confirmed. */
  uncommittedBytes = 0;
  private sinceTake = 0;

  /**
   * What a message is to this consumer: the next one; one that it has handed over already, which a rebalance brings
   * again; or one behind a gap, the first of a partition too, as another consumer had the partition in between.
   */
  kindOf(partition: number, offset: bigint): 'next' | 'again' | 'gap' {
    const place = this.places.get(partition);
    if (place === undefined || offset > place.next) {
      return 'gap';
    }
    if (offset === place.next) {
      return 'next';
    }
    // Before what is committed nothing comes again, unless the topic was made anew.
    return place.committed !== undefined && offset < place.committed ? 'gap' : 'again';
  }

  /** The message was handed over. @param bytes what it counts for until it is durable. */
  add(partition: number, offset: bigint, bytes: number): void {
    const place = this.places.get(partition);
    const committed = place?.committed !== undefined && place.committed <= offset ? place.committed : undefined;
    const since = place?.next === offset ? place.since : offset;
    this.places.set(partition, { next: offset + 1n, committed, dirty: true, since, isOurs: true });
    this.uncommittedBytes += bytes;
    this.sinceTake += bytes;
  }

  /** What was handed over since the last time, to be committed once it is durable. */
  take(): { commits: Commit[]; bytes: number } {
    const commits: Commit[] = [];
    for (const [partition, place] of this.places) {
      if (place.dirty) {
        place.dirty = false;
        commits.push({ partition, offset: place.next });
      }
    }
    const bytes = this.sinceTake;
    this.sinceTake = 0;
    return { commits, bytes };
  }

  /** What was taken is durable. */
  durable(bytes: number): void {
    this.uncommittedBytes -= bytes;
  }

  /** The broker has taken these commits. */
  committed(commits: readonly Commit[]): void {
    for (const { partition, offset } of commits) {
      const place = this.places.get(partition);
      if (place !== undefined && offset <= place.next) {
        place.committed = offset;
      }
    }
  }

  /** A message came again that was handed over already: our place is not committed. */
  again(partition: number): void {
    const place = this.places.get(partition);
    if (place !== undefined) {
      place.dirty = true;
    }
  }

  /** The broker has not: they are due again with the next round. */
  failed(commits: readonly Commit[]): void {
    for (const { partition } of commits) {
      this.again(partition);
    }
  }

  /** The next message of a partition; undefined where none was handed over. */
  next(partition: number): bigint | undefined {
    return this.places.get(partition)?.next;
  }

  /**
   * What is missing before a message, where no other consumer can have dealt with it.
   * @returns how many messages, and up to where the partition was handed over.
   */
  missing(partition: number, offset: bigint): { expired: number; reached: bigint } {
    const place = this.places.get(partition);
    const reached = place?.isOurs === true && place.next < offset ? place.next : offset;
    return { expired: Number(offset - reached), reached };
  }

  /** The partitions were shared out anew: from here on others may have had what comes to us. */
  sharedOut(): void {
    for (const place of this.places.values()) {
      place.isOurs = false;
    }
  }

  /** The partition goes on at an offset, of which the broker knows; what was to be committed before it is void. */
  moved(partition: number, { offset, isAnew }: { offset: bigint; isAnew: boolean }): void {
    const place = this.places.get(partition);
    if (place !== undefined && !isAnew && place.next >= offset) {
      place.since = offset - 1n;
    } else {
      this.places.delete(partition);
    }
  }

  /** Whether a commit that was taken some time ago is still to be made. */
  isDue({ partition, offset }: Commit): boolean {
    const place = this.places.get(partition);
    return place !== undefined && offset > place.since && offset <= place.next;
  }
}
