/** Where lines go. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const QUIET_INTERVAL_MS = 10_000;
/** Moves to the start of the line and clears it. */
const CLEAR_LINE = '\r\u001b[2K';

/**
 * One line at the bottom that changes in place on a terminal; elsewhere a line of its own now and then, so that a log
 * stays readable.
 */
export class LiveLine {
  private shown = false;
  private writtenMs = 0;

  constructor(
    private readonly output: Output,
    private readonly intervalMs = QUIET_INTERVAL_MS
  ) {}

  /** Shows a text in place of the one before. */
  show(text: string): void {
    if (this.output.isTTY === true) {
      this.shown = true;
      this.output.write(`${CLEAR_LINE}${text.slice(0, (this.output.columns ?? 80) - 1)}`);
      return;
    }
    if (Date.now() - this.writtenMs >= this.intervalMs) {
      this.writtenMs = Date.now();
      this.output.write(`${text}\n`);
    }
  }

  /** Makes room for other output. */
  clear(): void {
    if (this.shown) {
      this.output.write(CLEAR_LINE);
      this.shown = false;
    }
  }
}

/** Says what is going on and how long it took. */
export class Steps {
  private number = 0;

  /** @param total how many steps there will be. */
  constructor(
    private readonly output: Output,
    private readonly total: number
  ) {}

  /**
   * Runs a step.
   * @param work given a function that shows how far it is; what it returns, where that is a text, stands beside the
   * time that it took.
   * @throws what the work throws, after saying that it failed.
   */
  async run<T>(title: string, work: (progress: (message: string) => void) => Promise<T>): Promise<T> {
    const label = `[${++this.number}/${this.total}] ${title}`;
    const line = new LiveLine(this.output);
    const started = Date.now();
    line.show(`${label} …`);
    try {
      const result = await work((message) => line.show(`${label} … ${message}`));
      line.clear();
      const note = typeof result === 'string' ? ` ${result}` : '';
      this.output.write(`${label}:${note} done in ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
      return result;
    } catch (error) {
      line.clear();
      this.output.write(`${label}: failed\n`);
      throw error;
    }
  }
}
