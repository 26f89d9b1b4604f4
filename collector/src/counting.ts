import type { Logger } from 'pino';
import type { DedupConfig, DedupStats } from './dedup';

/** What goes on is told of again after so long. */
const AGAIN_MS = 3_600_000;

/** What it is told by. */
export interface CountingWatchOptions {
  readonly config: DedupConfig;
  readonly stats: () => DedupStats;
  readonly log: Pick<Logger, 'warn'>;
}

/** Warns in the log where totals come out wrong and a setting can mend it; of each kind once an hour at most. */
export class CountingWatch {
  private readonly warnedMs = new Map<string, number>();
  private forgotten = 0;
  private assumed = 0;
  private assumedSinceMs: number | undefined;

  constructor(private readonly options: CountingWatchOptions) {}

  /** Looks at the figures; to be called about once a second. */
  check(nowMs: number): void {
    const { forgottenOwners, assumedFlows } = this.options.stats();
    if (forgottenOwners > this.forgotten && this.isDue('owners', nowMs)) {
      this.warnOfForgotten(forgottenOwners - this.forgotten);
      this.forgotten = forgottenOwners;
    }
    if (assumedFlows > this.assumed) {
      this.assumed = assumedFlows;
      this.assumedSinceMs ??= nowMs;
      const isLearning = nowMs - this.assumedSinceMs < this.options.config.learningSeconds * 1_000;
      if (!isLearning && this.isDue('nodes', nowMs)) {
        this.warnOfAssumed(assumedFlows);
      }
    }
  }

  private warnOfForgotten(forgotten: number): void {
    const { config, log } = this.options;
    log.warn(
      { forgotten, maxOwnedFlows: config.maxOwnedFlows },
      'which router owns a flow was forgotten to make room, so that flows which two routers tell of count twice: ' +
        'raise dedup.maxOwnedFlows above new flows a second × the seconds between the reports of two routers'
    );
  }

  private warnOfAssumed(flows: number): void {
    this.options.log.warn(
      { flows },
      'no node exports to this collector, and flows with a node at an end are left out, as dedup.assumeNodesExport says ' +
        'that nodes tell of them: where nodes export to no collector, set it to false (in the chart collector.nodesExport)'
    );
  }

  private isDue(kind: string, nowMs: number): boolean {
    const last = this.warnedMs.get(kind);
    if (last !== undefined && nowMs - last < AGAIN_MS) {
      return false;
    }
    this.warnedMs.set(kind, nowMs);
    return true;
  }
}
