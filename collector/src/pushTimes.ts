/** How long pushes took, as the report tells it; times are in seconds. */
export interface PushFigures {
  readonly Pushes: number;
  readonly PushSeconds: number;
  /** Of the longest; absent where there was none. */
  readonly PushSecondsMax?: number;
}

const toMs = (seconds: number) => Math.round(seconds * 1_000) / 1_000;

/** Adds up how long pushes to Loki take, until the next report asks for it. */
export class PushTimes {
  #pushes = 0;
  #seconds = 0;
  #longest = 0;

  /** One push is over, whatever came of it. */
  add(seconds: number): void {
    this.#pushes++;
    this.#seconds += seconds;
    this.#longest = Math.max(this.#longest, seconds);
  }

  /** Those since the call before. */
  take(): PushFigures {
    const figures = {
      Pushes: this.#pushes,
      PushSeconds: toMs(this.#seconds),
      ...(this.#pushes > 0 && { PushSecondsMax: toMs(this.#longest) }),
    };
    this.#pushes = this.#seconds = this.#longest = 0;
    return figures;
  }
}
