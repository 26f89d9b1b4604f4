/** Spaces what holds up the main thread by what it costs: after each time it rests a multiple of how long that took. */
export class Rest {
  #untilMs = 0;

  /** @param times how many times as long as the work. */
  constructor(private readonly times: number) {}

  /** Whether the work may be done again. By a clock that nobody sets. */
  get isOver(): boolean {
    return performance.now() >= this.#untilMs;
  }

  /** Does work, after which it rests also where that fails. */
  after<T>(work: () => T): T {
    const begunMs = performance.now();
    try {
      return work();
    } finally {
      const endedMs = performance.now();
      this.#untilMs = Math.max(this.#untilMs, endedMs + this.times * (endedMs - begunMs));
    }
  }
}
