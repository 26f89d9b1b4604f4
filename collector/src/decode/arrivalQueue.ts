/** The neighbours of an item in a queue; it keeps one for each queue that it may be in. */
export interface Neighbours<T> {
  older: T | undefined;
  newer: T | undefined;
}

/**
 * Items in the order in which they came. The oldest is at hand, and any can be taken out, in the same time however many
 * there are: a `Set` goes over all that were taken out from its head.
 */
export class ArrivalQueue<T> {
  private oldest: T | undefined;
  private newest: T | undefined;
  private count = 0;

  /** @param of where an item keeps its neighbours in this queue. */
  constructor(private readonly of: (item: T) => Neighbours<T>) {}

  /** Items in it. */
  get size(): number {
    return this.count;
  }

  /** The item that came first; undefined where there is none. */
  get first(): T | undefined {
    return this.oldest;
  }

  /** Adds an item that is not in it. */
  add(item: T): void {
    const own = this.of(item);
    own.older = this.newest;
    own.newer = undefined;
    if (this.newest === undefined) {
      this.oldest = item;
    } else {
      this.of(this.newest).newer = item;
    }
    this.newest = item;
    this.count++;
  }

  /** Takes out an item that is in it. */
  remove(item: T): void {
    const { older, newer } = this.of(item);
    if (older === undefined) {
      this.oldest = newer;
    } else {
      this.of(older).newer = newer;
    }
    if (newer === undefined) {
      this.newest = older;
    } else {
      this.of(newer).older = older;
    }
    this.count--;
  }

  /** The oldest first. */
  *[Symbol.iterator](): Generator<T> {
    for (let item = this.oldest; item !== undefined; item = this.of(item).newer) {
      yield item;
    }
  }
}
