import type { OptionRoom } from './optionRoom';

/** A record so much older than the newest was not overtaken by it: the exporter's clock was set back. */
const LATE_MAX_MS = 600_000;

/** What an exporting process says that it could not send: IE 167 of its option records, since it started. */
export class UnsentCounts {
  private readonly byProcess = new Map<number, { readonly count: number; readonly exportMs: number }>();

  /** @param room shared with all other domains. */
  constructor(private readonly room: OptionRoom) {}

  /**
   * Takes a count in. The first one tells of an unknown time: what comes on top of it counts. One that is smaller than
   * before is of a process that has started anew.
   * @param exportMs when the record was exported: an older one that comes late says nothing new.
   * @returns what was not sent since the count before; undefined where there is no room to remember it.
   */
  learn(process: number, count: number, exportMs: number): number | undefined {
    const before = this.byProcess.get(process);
    if (before === undefined && !this.room.take(this.byProcess.size)) {
      return undefined;
    }
    if (before !== undefined && exportMs < before.exportMs && exportMs > before.exportMs - LATE_MAX_MS) {
      return 0;
    }
    this.byProcess.set(process, { count, exportMs });
    if (before === undefined) {
      return 0;
    }
    return count < before.count ? count : count - before.count;
  }

  /** Forgets all of it. */
  clear(): void {
    this.room.giveBack(this.byProcess.size);
    this.byProcess.clear();
  }
}
