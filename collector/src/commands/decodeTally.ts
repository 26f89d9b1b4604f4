import type { Skipped } from '../receive/files';

/** Examples of each reason that a summary shows. */
const EXAMPLES_MAX = 3;
/** Errors of one file that are printed; the rest is counted. */
const ERRORS_MAX = 20;

interface Reason {
  count: number;
  readonly examples: string[];
}

/** What came of a file, or of several. */
export class DecodeTally {
  datagrams = 0;
  records = 0;
  templates = 0;
  optionRecords = 0;
  counterSamples = 0;
  /** Messages about the file itself, each naming the line and the remedy. */
  readonly errors: string[] = [];
  hasErrors = false;
  private readonly reasons = new Map<string, Reason>();

  /** Counts what the decoder could not use. */
  lose(reason: string, count: number, detail: string): void {
    this.count(reason, count, detail);
  }

  /** Counts what the file holds besides datagrams. */
  skip({ skipped, detail, isError }: Skipped): void {
    this.count(skipped, 1, isError ? undefined : detail);
    if (!isError) {
      return;
    }
    this.hasErrors = true;
    if (this.errors.length < ERRORS_MAX) {
      this.errors.push(detail);
    }
  }

  /** Takes the figures of a file into a total. */
  add(other: DecodeTally): void {
    this.datagrams += other.datagrams;
    this.records += other.records;
    this.templates += other.templates;
    this.optionRecords += other.optionRecords;
    this.counterSamples += other.counterSamples;
    other.reasons.forEach(({ count }, reason) => this.count(reason, count, undefined));
  }

  /** One line: figures, then what was skipped and why. */
  summary(): string {
    const { datagrams, records, optionRecords, templates, counterSamples } = this;
    const counters = counterSamples > 0 ? `, ${counterSamples} counter samples` : '';
    const figures = `${datagrams} datagrams, ${records} records, ${templates} templates, ${optionRecords} option records${counters}`;
    if (this.reasons.size === 0) {
      return `${figures}; nothing skipped`;
    }
    const skipped = [...this.reasons].map(([reason, { count, examples }]) =>
      examples.length === 0 ? `${count} ${reason}` : `${count} ${reason} (${examples.join(' | ')})`
    );
    return `${figures}; skipped: ${skipped.join(', ')}`;
  }

  private count(reason: string, count: number, example: string | undefined): void {
    const entry = this.reasons.get(reason) ?? { count: 0, examples: [] };
    entry.count += count;
    if (example !== undefined && entry.examples.length < EXAMPLES_MAX && !entry.examples.includes(example)) {
      entry.examples.push(example);
    }
    this.reasons.set(reason, entry);
  }
}
