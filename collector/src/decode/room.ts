/** What is followed by source, at most; any sender may make up more. */
const FOLLOWED_MAX = 16_384;
/** What was silent for so long, in ms, makes room. */
const IDLE_MS = 600_000;
/** How often it is looked for, where there is no room. */
const SWEEP_MS = 10_000;

/** A bound on what is followed of senders, who may make up any number of sources. */
export class Room {
  private taken = 0;
  private sweptMs = 0;

  /** @param forget forgets what was last heard of before a time, in ms, and tells for how many that makes room. */
  constructor(private readonly forget: (beforeMs: number) => number) {}

  /** Takes the room of one. @returns false where there is none. */
  take(nowMs: number): boolean {
    if (this.taken >= FOLLOWED_MAX && nowMs - this.sweptMs >= SWEEP_MS) {
      this.sweptMs = nowMs;
      this.taken -= this.forget(nowMs - IDLE_MS);
    }
    if (this.taken >= FOLLOWED_MAX) {
      return false;
    }
    this.taken++;
    return true;
  }
}
