import { Room } from './room';
import { SequenceTracker, type Sequenced } from './sequence';

/** Told of messages that are missing. */
export type OnGap = (address: string, lost: number, detail: string) => void;

/**
 * Follows the sequence numbers of every source: an address and port, as an exporter numbers the messages of each of
 * its sockets by themselves.
 */
export class Sequences {
  private readonly trackers = new Map<string, Map<number, SequenceTracker>>();
  private readonly room = new Room((beforeMs) => this.forget(beforeMs));
  /** Datagrams of one source come in a row often. */
  private lastKey = -1;
  private lastAddress = '';
  private lastTracker: SequenceTracker | undefined;

  constructor(private readonly onGap: OnGap) {}

  /** Takes a message in. */
  observe(address: string, port: number, message: Sequenced, nowMs: number): void {
    const tracker = this.trackerOf(address, port, message.version, nowMs);
    const gap = tracker?.observe(message, nowMs);
    if (gap !== undefined) {
      const where = `source port ${port}, domain ${message.domain}, before sequence number ${message.sequence}`;
      const way = `the exporter is found to count ${tracker?.learned ?? 'nothing known'}`;
      this.onGap(address, gap.lost, `${gap.lost} ${gap.unit} did not arrive: ${where}; ${way}`);
    }
  }

  private trackerOf(address: string, port: number, version: number, nowMs: number): SequenceTracker | undefined {
    const key = port * 16 + version;
    if (key === this.lastKey && address === this.lastAddress) {
      return this.lastTracker;
    }
    const tracker = this.find(address, key, nowMs);
    this.lastKey = key;
    this.lastAddress = address;
    this.lastTracker = tracker;
    return tracker;
  }

  private find(address: string, key: number, nowMs: number): SequenceTracker | undefined {
    const own = this.trackers.get(address);
    const known = own?.get(key);
    if (known !== undefined) {
      return known;
    }
    if (!this.room.take(nowMs)) {
      return undefined;
    }
    const tracker = new SequenceTracker();
    if (own === undefined) {
      this.trackers.set(address, new Map([[key, tracker]]));
    } else {
      own.set(key, tracker);
    }
    return tracker;
  }

  private forget(beforeMs: number): number {
    let gone = 0;
    for (const [address, own] of this.trackers) {
      for (const [key, { lastMs }] of own) {
        if (lastMs < beforeMs) {
          own.delete(key);
          gone++;
        }
      }
      if (own.size === 0) {
        this.trackers.delete(address);
      }
    }
    return gone;
  }
}
