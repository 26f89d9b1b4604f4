import type { InterfaceCounters } from './decode';

/** Interfaces that are told apart; any sender may make up more. */
const MAX = 4096;
/** Agents send counters every 20 to 60 s; what was not heard of for so long is gone. */
const GONE_MS = 600_000;
/** How often what is gone is looked for, where there is no room. */
const SWEEP_MS = 10_000;

/** What was heard last of an interface. */
export interface KnownInterface {
  readonly exporter: string;
  readonly counters: InterfaceCounters;
  readonly heardMs: number;
}

/** The counters that sFlow agents send of their interfaces, the newest of each, within a bound. */
export class Interfaces {
  private readonly known = new Map<string, KnownInterface>();
  private sweptMs = 0;

  /** Takes in what an agent says. Beyond the bound, what is new is left out until others are gone. */
  heard(exporter: string, counters: InterfaceCounters, heardMs: number): void {
    const key = `${exporter} ${counters.index}`;
    if (this.known.size >= MAX && !this.known.has(key)) {
      if (heardMs - this.sweptMs < SWEEP_MS) {
        return;
      }
      this.sweptMs = heardMs;
      this.forget(heardMs);
      if (this.known.size >= MAX) {
        return;
      }
    }
    this.known.set(key, { exporter, counters, heardMs });
  }

  /** All that were heard of lately. */
  all(nowMs: number): Iterable<KnownInterface> {
    this.forget(nowMs);
    return this.known.values();
  }

  private forget(nowMs: number): void {
    for (const [key, { heardMs }] of this.known) {
      if (nowMs - heardMs > GONE_MS) {
        this.known.delete(key);
      }
    }
  }
}
