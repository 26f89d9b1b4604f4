/** Lets so many at a time do something, in the order in which they asked. */
export class Turns {
  private free: number;
  private readonly waiting: Array<() => void> = [];

  constructor(atOnce: number) {
    this.free = atOnce;
  }

  /** Does the work when it is its turn. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.free === 0) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    } else {
      this.free--;
    }
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) {
        this.free++;
      } else {
        next();
      }
    }
  }
}
