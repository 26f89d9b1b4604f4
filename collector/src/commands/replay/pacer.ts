import type { Datagram } from '../../flow';

/**
 * How fast datagrams are replayed: with the pauses that they were recorded with, shortened by a factor; a number of
 * them a second; or as fast as they are taken.
 */
export type Pace =
  | { readonly kind: 'original'; readonly speed: number }
  | { readonly kind: 'rate'; readonly perSecond: number }
  | { readonly kind: 'asap' };

/** Reads `original`, `original*10`, `asap`, or a number of datagrams a second; undefined for anything else. */
export function parsePace(text: string): Pace | undefined {
  if (text === 'asap') {
    return { kind: 'asap' };
  }
  const original = /^original(?:\*(\d+(?:\.\d+)?))?$/.exec(text);
  if (original !== null) {
    const speed = Number(original[1] ?? 1);
    return speed > 0 ? { kind: 'original', speed } : undefined;
  }
  const perSecond = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  return perSecond > 0 ? { kind: 'rate', perSecond } : undefined;
}

/** Time, so that tests need not wait. */
export interface Clock {
  /** Milliseconds, only ever growing. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

/** Keeps a pace. Pauses are reckoned from the start, so that a late one does not make all that follow late. */
export class Pacer {
  private startMs: number | undefined;
  private isNewFile = true;
  private firstMs = 0;
  private lastMs = 0;
  private passed = 0;

  constructor(
    private readonly pace: Pace,
    private readonly clock: Clock
  ) {}

  /** What follows is of another file: it goes on at once, however long after the one before it was recorded. */
  nextFile(): void {
    this.isNewFile = true;
  }

  /** Waits until it is the datagram's turn. */
  async before({ receivedMs }: Datagram): Promise<void> {
    const now = this.clock.now();
    if (this.startMs === undefined || this.isNewFile || receivedMs < this.lastMs) {
      // So does what was recorded earlier than the one before.
      this.isNewFile = false;
      this.startMs = this.pace.kind === 'original' || this.startMs === undefined ? now : this.startMs;
      this.firstMs = receivedMs;
    }
    this.lastMs = receivedMs;
    const dueMs = this.startMs + this.offsetOf(receivedMs);
    this.passed++;
    if (dueMs > now) {
      await this.clock.sleep(dueMs - now);
    }
  }

  private offsetOf(receivedMs: number): number {
    switch (this.pace.kind) {
      case 'original':
        return (receivedMs - this.firstMs) / this.pace.speed;
      case 'rate':
        return (this.passed * 1000) / this.pace.perSecond;
      case 'asap':
        return 0;
    }
  }
}
