import { SequenceTracker, type Sequenced } from './sequence';

/** Sources that are followed; any sender may make up more. */
const TRACKERS_MAX = 16_384;
/** A source that was silent for so long makes room. */
const IDLE_MS = 600_000;
const SWEEP_MS = 10_000;

/** Told of messages that are missing. */
export type OnGap = (address: string, lost: number, detail: string) => void;

/**
 * Follows the sequence numbers of every source: an address and port, as an exporter numbers the messages of each of
 * its sockets by themselves.
 */
export class Sequences {
  private readonly trackers = new Map<string, Map<number, SequenceTracker>>();
  private count = 0;
  /** Datagrams of one source come in a row often. */
  private lastKey = -1;
  private lastAddress = '';
  private lastTracker: SequenceTracker | undefined;
  private sweptMs = 0;

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
    if (this.count >= TRACKERS_MAX) {
      this.sweep(nowMs);
    }
    if (this.count >= TRACKERS_MAX) {
      return undefined;
    }
    const tracker = new SequenceTracker();
    if (own === undefined) {
      this.trackers.set(address, new Map([[key, tracker]]));
    } else {
      own.set(key, tracker);
    }
    this.count++;
    return tracker;
  }

  private sweep(nowMs: number): void {
    if (nowMs - this.sweptMs < SWEEP_MS) {
      return;
    }
    this.sweptMs = nowMs;
    for (const [address, own] of this.trackers) {
      for (const [key, { lastMs }] of own) {
        if (nowMs - lastMs > IDLE_MS) {
          own.delete(key);
          this.count--;
        }
      }
      if (own.size === 0) {
        this.trackers.delete(address);
      }
    }
  }
}
