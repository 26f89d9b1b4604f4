/** Entries of each kind that a domain may have; more are not kept. */
export const ENTRIES_MAX = 1024;

/** Room for what the option records of all exporters say of single selectors, interfaces, templates and processes. */
export class OptionRoom {
  private used = 0;

  /** @param max entries of all domains together. */
  constructor(private readonly max: number) {}

  /**
   * Takes the room of one more entry.
   * @param own entries of its kind that its domain has.
   * @returns false where there is none.
   */
  take(own: number): boolean {
    if (own >= ENTRIES_MAX || this.used >= this.max) {
      return false;
    }
    this.used++;
    return true;
  }

  /** Gives back the room of entries that are forgotten. */
  giveBack(entries: number): void {
    this.used -= entries;
  }
}
