/** A rate over the last seconds, from a count that only grows. */
export class Rate {
  private readonly samples: Array<{ ms: number; count: number }> = [];

  /** @param windowMs what the rate is taken over. */
  constructor(private readonly windowMs = 10_000) {}

  /** Notes the count at a time; to be called about once a second. */
  sample(count: number, ms: number): void {
    this.samples.push({ ms, count });
    while (this.samples.length > 2 && ms - this.samples[0]!.ms > this.windowMs) {
      this.samples.shift();
    }
  }

  /** Per second; 0 before there are two samples. */
  get perSecond(): number {
    const first = this.samples[0];
    const last = this.samples.at(-1);
    if (first === undefined || last === undefined || last.ms <= first.ms) {
      return 0;
    }
    return Math.round(((last.count - first.count) * 10_000) / (last.ms - first.ms)) / 10;
  }
}
