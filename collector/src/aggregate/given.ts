import type { GivenLine } from './state';
import type { RollupLine } from './line';

/** How long a line that was given out is saved: by then it is stored, or waits for a Loki that is away. */
const SAVED_MS = 120_000;

/** Bytes of lines that are saved at most: they are held in memory, and written to disk with each save. */
const MAX_BYTES = 64 * 1024 * 1024;

/** What a saved line takes beside its text: its labels and times. */
const BYTES_BESIDE = 250;

/** The lines given out lately, which Loki may not have; bounded, so that the oldest of very many are forgotten. */
export class GivenLines {
  #lines: GivenLine[] = [];
  /** Lines before it are forgotten, and still to be removed. */
  #first = 0;
  #bytes = 0;
  /** Lines that were forgotten before their time so far: a kill may have lost them. */
  forgotten = 0;

  add(line: RollupLine, givenMs: number): void {
    this.#lines.push({ ...line, givenMs });
    this.#bytes += bytesOf(line);
    while (this.#bytes > MAX_BYTES) {
      this.forgotten++;
      this.#bytes -= bytesOf(this.#lines[this.#first++]!);
    }
    if (2 * this.#first > this.#lines.length) {
      this.#lines = this.#lines.slice(this.#first);
      this.#first = 0;
    }
  }

  /** Those that are not too old. */
  recent(nowMs: number): readonly GivenLine[] {
    this.#lines = this.#lines.slice(this.#first).filter(({ givenMs }) => givenMs >= nowMs - SAVED_MS);
    this.#first = 0;
    this.#bytes = this.#lines.reduce((sum, line) => sum + bytesOf(line), 0);
    return this.#lines;
  }
}

const bytesOf = ({ line }: RollupLine) => line.length + BYTES_BESIDE;
