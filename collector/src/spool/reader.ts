import type { SpoolEvents } from './events';
import type { Found } from './scan';
import type { Segment, Taken } from './segment';

/** Gives out the records of the segments in their order, each once. */
export class Reader {
  private segment: Segment | undefined;
  private queue: Found[] = [];
  private position = 0;
  private lastNumber = 0;
  private opening: Promise<void> | undefined;

  /**
   * @param segments all of them, the oldest first; others change the list.
   * @param tidy called when a segment is read to its end.
   */
  constructor(
    private readonly segments: readonly Segment[],
    private readonly events: Pick<SpoolEvents, 'onSpoilt'>,
    private readonly tidy: (segment: Segment) => void
  ) {}

  /** The next record that can be read; undefined where there is none now. */
  async next(): Promise<Taken | undefined> {
    for (;;) {
      const found = this.shift();
      const { segment } = this;
      if (found !== undefined && segment !== undefined) {
        const taken = await this.take(segment, found);
        if (taken !== undefined) {
          return taken;
        }
      } else if (!(await this.openNext())) {
        return undefined;
      }
    }
  }

  /** A record was added to a segment; it is given out if that is the one being read. */
  added(segment: Segment, found: Found): void {
    if (segment === this.segment) {
      this.queue.push(found);
    }
  }

  /** Whether this segment is the one being read. */
  reads(segment: Segment): boolean {
    return segment === this.segment;
  }

  /** Nothing more of this segment is given out. */
  skip(segment: Segment): void {
    this.lastNumber = Math.max(this.lastNumber, segment.number);
    if (segment === this.segment) {
      this.leave();
    }
  }

  private shift(): Found | undefined {
    const found = this.queue[this.position];
    if (found !== undefined) {
      this.position++;
    }
    return found;
  }

  private async take(segment: Segment, found: Found): Promise<Taken | undefined> {
    let detail = 'its checksum is another than when it was written';
    try {
      const taken = await segment.take(found);
      if (taken !== undefined) {
        return taken;
      }
    } catch (error) {
      detail = (error as Error).message;
    }
    if (!segment.dropped) {
      this.events.onSpoilt(1, found.flows, `${segment.path}: the record at ${found.offset} cannot be read: ${detail}`);
    }
    try {
      segment.settle(found);
    } catch {
      // It is told of already; at the next start it will be again.
    }
    this.tidy(segment);
    return undefined;
  }

  /** Goes on to the next segment. @returns false where there is none, or more may come into the present one. */
  private async openNext(): Promise<boolean> {
    if (this.opening !== undefined) {
      await this.opening;
      return true;
    }
    if (this.segment?.writing === true) {
      return false;
    }
    const before = this.segment;
    this.leave();
    if (before !== undefined) {
      this.tidy(before);
    }
    // One of which nothing is left is there while it cannot be deleted.
    const segment = this.segments.find(
      ({ number, records, writing }) => number > this.lastNumber && (records > 0 || writing)
    );
    if (segment === undefined) {
      return false;
    }
    this.opening = this.read(segment);
    await this.opening;
    this.opening = undefined;
    return true;
  }

  private async read(segment: Segment): Promise<void> {
    this.lastNumber = segment.number;
    const { records, flows } = segment;
    try {
      await segment.openToRead();
      if (segment.dropped) {
        await segment.close();
        return;
      }
      // From here to the end without a pause: what is added meanwhile would be missed.
      const { waiting, missingFlows } = segment.waiting();
      this.segment = segment;
      this.queue = waiting;
      this.position = 0;
      if (missingFlows > 0) {
        this.events.onSpoilt(records - waiting.length, missingFlows, `${segment.path}: records are no longer there`);
      }
    } catch (error) {
      if (!segment.dropped) {
        this.events.onSpoilt(records, flows, `${segment.path}: ${(error as Error).message}`);
        segment.records = 0;
        segment.flows = 0;
        this.tidy(segment);
      }
    }
  }

  private leave(): void {
    if (this.segment !== undefined) {
      this.lastNumber = Math.max(this.lastNumber, this.segment.number);
    }
    this.segment = undefined;
    this.queue = [];
    this.position = 0;
  }
}
