import { SequenceTracker, type Gap } from '../sequence';

/** A sample so far behind the newest was not overtaken by it: its source numbers anew. */
const LATE_MAX = 1000;

/**
 * One data source of an sFlow agent: an interface, mostly. It numbers its samples, and says with each how many it has
 * dropped since the agent started (sFlow Version 5, 'flow_sample': sequence_number, drops).
 */
export class Source {
  private tracker = new SequenceTracker();
  private newest: number | undefined;
  private drops = 0;
  private restarted = false;
  /** Of the datagram at hand. */
  private first = 0;
  private samples = 0;

  /** @param name for the log. */
  constructor(readonly name: string) {}

  /** The agent has started anew, and with it both numbers. */
  restart(): void {
    this.tracker = new SequenceTracker();
    this.restarted = this.newest !== undefined;
  }

  /**
   * Takes a sample in. The first one tells of drops at an unknown time: what comes on top of them counts.
   * @param sequence its number, 32 bits.
   * @param drops since the agent started, 32 bits.
   * @returns what was dropped since the sample before; true for `isFirst` where it is the datagram's first of the source.
   */
  take(sequence: number, drops: number): { readonly dropped: number; readonly isFirst: boolean } {
    const isFirst = this.samples++ === 0;
    if (isFirst) {
      this.first = sequence;
    }
    return { dropped: this.dropsSince(sequence, drops), isFirst };
  }

  /** Ends the datagram. @returns samples that are missing before an earlier one, once that is sure. */
  endDatagram(nowMs: number): Gap | undefined {
    const { first: sequence, samples: records } = this;
    this.samples = 0;
    return this.tracker.observe({ domain: 0, sequence, records, optionRecords: 0 }, nowMs);
  }

  private dropsSince(sequence: number, drops: number): number {
    const { newest, restarted, drops: before } = this;
    // 32 bits that wrap around, here and below: the nearer way round counts.
    const ahead = newest === undefined || restarted ? 1 : (sequence - newest) | 0;
    if (ahead <= 0 && ahead > -LATE_MAX) {
      return 0;
    }
    this.newest = sequence;
    this.drops = drops;
    this.restarted = false;
    if (newest === undefined) {
      return 0;
    }
    return restarted && drops < before ? drops : Math.max(0, (drops - before) | 0);
  }
}
