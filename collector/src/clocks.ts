import type { Logger } from 'pino';
import { OTHER_EXPORTERS, type Counts } from './counts';

/** A clock that is wrong is told of again after so long. */
const AGAIN_MS = 3_600_000;

/** What it is told by. */
export interface ClockWatchOptions {
  readonly counts: Pick<Counts, 'all'>;
  /** `decode.maxClockSkewMs`. */
  readonly maxSkewMs: number;
  /** As `decode.exporters` names an exporter. */
  readonly nameOf: (address: string) => string | undefined;
  readonly log: Pick<Logger, 'info' | 'warn'>;
}

/**
 * Warns in the log of exporters whose clock is far off: the times of their flows are wrong, and with them names, totals
 * of an hour, and whether Loki takes them at all. Each is told of once an hour at most, whatever its clock does, and
 * once when it is right again. Bounded, as {@link Counts} tells a bounded number of exporters apart.
 */
export class ClockWatch {
  private readonly warned = new Map<string, { atMs: number; right: boolean }>();

  constructor(private readonly options: ClockWatchOptions) {}

  /** Looks at every exporter; to be called about once a second. */
  check(nowMs: number): void {
    const { counts, maxSkewMs, log } = this.options;
    const known = new Set<string>();
    for (const [exporter, { skewMs }] of counts.all()) {
      known.add(exporter);
      // Those that are not told apart have clocks of their own, each.
      if (skewMs === undefined || exporter === OTHER_EXPORTERS) {
        continue;
      }
      const last = this.warned.get(exporter);
      if (Math.abs(skewMs) > maxSkewMs) {
        if (last === undefined || nowMs - last.atMs >= AGAIN_MS) {
          this.warned.set(exporter, { atMs: nowMs, right: false });
          this.warn(exporter, Math.round(skewMs));
        }
      } else if (last?.right === false) {
        last.right = true;
        log.info({ ...this.named(exporter), skewMs: Math.round(skewMs) }, 'the clock of an exporter is right again');
      }
    }
    for (const exporter of this.warned.keys()) {
      if (!known.has(exporter)) {
        this.warned.delete(exporter);
      }
    }
  }

  private warn(exporter: string, skewMs: number): void {
    const { maxSkewMs, log } = this.options;
    const way = skewMs > 0 ? 'ahead of' : 'behind';
    log.warn(
      { ...this.named(exporter), skewMs, maxSkewMs },
      `the clock of an exporter is ${Math.abs(skewMs)} ms ${way} this host's, so its flows have wrong times: ` +
        'have it, and this host, follow an NTP server; where that cannot be, raise decode.maxClockSkewMs'
    );
  }

  private named(exporter: string) {
    const name = this.options.nameOf(exporter);
    return { exporter, ...(name !== undefined && { name }) };
  }
}
