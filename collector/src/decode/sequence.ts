/** What a message says that its sequence number can be checked by. */
export interface Sequenced {
  readonly version: 5 | 9 | 10;
  readonly domain: number;
  readonly sequence: number;
  /** Data records, those of options included; undefined where a set could not be read. */
  readonly records: number | undefined;
  /** Of those, the option records. */
  readonly optionRecords: number;
}

/** What is missing before a message. */
export interface Gap {
  readonly lost: number;
  readonly unit: 'records' | 'datagrams';
}

/** What an exporter may count, and whether the number is that before the message or includes it. */
type Way = 'records' | 'recordsWithOwn' | 'flows' | 'flowsWithOwn' | 'datagrams';

const WAYS: readonly Way[] = ['records', 'recordsWithOwn', 'flows', 'flowsWithOwn', 'datagrams'];
const WORDS: Readonly<Record<Way, string>> = {
  records: 'records before the message',
  recordsWithOwn: "records, the message's own included",
  flows: 'flows before the message',
  flowsWithOwn: "flows, the message's own included",
  datagrams: 'datagrams',
};
/** Right predictions in a row after which a way is believed. */
const TRUST_AFTER = 16;
/** How often a believed way may be wrong where another one is right. */
const WRONG_MAX = 3;
/** Right predictions after a gap that make it one. */
const CONFIRM_AFTER = 2;
/** Predictions in a row that fail before what was learned is thrown away. */
const RELEARN_AFTER = 32;
const DOMAINS_MAX = 64;
/** A jump beyond what this many seconds bring, and some, is a restart of the exporter. */
const JUMP_SECONDS = 120;
const JUMP_MIN = 5000;

/** The message before, in a domain or of the whole exporter. */
interface Previous {
  sequence: number;
  records: number | undefined;
  optionRecords: number;
}

interface Hypothesis {
  readonly way: Way;
  readonly perDomain: boolean;
  /** Right predictions in a row. */
  streak: number;
  trusted: boolean;
  wrong: number;
}

/**
 * Learns how one exporter numbers its messages, and tells what is missing.
 *
 * The standards differ (RFC 7011 §3.1: data records before the message, by domain; RFC 3954 §5.1: datagrams, by source
 * id; NetFlow v5: flows before it) and exporters differ from them: Open vSwitch counts over all domains, softflowd
 * counts the message's own records. So all ways are predicted; those that prove right are believed, and only where
 * every believed way is wrong something may be missing. It is told of once the next messages fit again. Before a way
 * is believed, and for an exporter that follows none, nothing is told.
 */
export class SequenceTracker {
  private readonly hypotheses: Hypothesis[] = [false, true].flatMap((perDomain) =>
    WAYS.map((way) => ({ way, perDomain, streak: 0, trusted: false, wrong: 0 }))
  );
  private readonly whole: Previous = { sequence: -1, records: undefined, optionRecords: 0 };
  private readonly domains = new Map<number, Previous>();
  private pending = 0;
  private confirmations = 0;
  private failures = 0;
  private units = 0;
  private firstMs = 0;
  /** When it was last asked, milliseconds since the Unix epoch. */
  lastMs = 0;

  /** The way that is believed, in words; undefined before one is. */
  get learned(): string | undefined {
    const found = this.hypotheses.find(({ trusted }) => trusted);
    return found && `${WORDS[found.way]}, ${found.perDomain ? 'by domain' : 'over all domains'}`;
  }

  /** Takes a message in. @returns what was missing before an earlier one, once that is sure. */
  observe(message: Sequenced, nowMs: number): Gap | undefined {
    this.firstMs ||= nowMs;
    this.lastMs = nowMs;
    const domain = this.domainOf(message.domain);
    const distances = this.judge(message, domain);
    if (distances === 'fits' || distances === 'unknown') {
      this.advance(message, domain);
      return distances === 'fits' ? this.confirm() : undefined;
    }
    return this.misfit(message, domain, distances);
  }

  /**
   * Compares the message with what each way predicts.
   * @returns how far off the believed ways are, at least; 'unknown' where none is believed or can be asked.
   */
  private judge(message: Sequenced, domain: Previous | undefined): 'fits' | 'unknown' | number {
    let nearest: number | undefined;
    let fits = false;
    const wrong: Hypothesis[] = [];
    for (const hypothesis of this.hypotheses) {
      const previous = hypothesis.perDomain ? domain : this.whole;
      const distance = previous && distanceOf(hypothesis.way, previous, message);
      if (distance === undefined) {
        continue;
      }
      if (distance === 0) {
        hypothesis.streak++;
        hypothesis.trusted ||= hypothesis.streak >= TRUST_AFTER;
        fits ||= hypothesis.trusted;
        continue;
      }
      hypothesis.streak = 0;
      if (hypothesis.trusted) {
        wrong.push(hypothesis);
        nearest = nearest === undefined || Math.abs(distance) < Math.abs(nearest) ? distance : nearest;
      }
    }
    if (fits) {
      wrong.forEach(disbelieve);
      return 'fits';
    }
    return nearest ?? 'unknown';
  }

  private misfit(message: Sequenced, domain: Previous | undefined, distance: number): undefined {
    this.confirmations = 0;
    if (++this.failures >= RELEARN_AFTER) {
      this.relearn();
    }
    const limit = this.jumpLimit();
    if (distance < 0 && distance > -limit) {
      // It was overtaken: what seemed to be missing has come, and the next one follows the one before.
      this.pending = Math.max(0, this.pending - (this.unit === 'datagrams' ? 1 : (message.records ?? 0)));
      return;
    }
    if (distance > 0 && distance < limit) {
      this.pending += distance;
    }
    this.advance(message, domain);
  }

  private confirm(): Gap | undefined {
    this.failures = 0;
    if (this.pending === 0 || ++this.confirmations < CONFIRM_AFTER) {
      return undefined;
    }
    const gap: Gap = { lost: this.pending, unit: this.unit };
    this.pending = 0;
    return gap;
  }

  private advance({ sequence, records, optionRecords }: Sequenced, domain: Previous | undefined): void {
    for (const previous of [this.whole, domain]) {
      if (previous !== undefined) {
        previous.sequence = sequence;
        previous.records = records;
        previous.optionRecords = optionRecords;
      }
    }
    this.units += records ?? 1;
  }

  private domainOf(number: number): Previous | undefined {
    const known = this.domains.get(number);
    if (known !== undefined || this.domains.size >= DOMAINS_MAX) {
      return known;
    }
    const fresh = { sequence: -1, records: undefined, optionRecords: 0 };
    this.domains.set(number, fresh);
    return fresh;
  }

  private relearn(): void {
    this.pending = 0;
    this.failures = 0;
    for (const hypothesis of this.hypotheses) {
      hypothesis.trusted = false;
      hypothesis.wrong = 0;
    }
  }

  private jumpLimit(): number {
    const seconds = Math.max(1, (this.lastMs - this.firstMs) / 1000);
    return JUMP_MIN + (JUMP_SECONDS * this.units) / seconds;
  }

  private get unit(): Gap['unit'] {
    return this.hypotheses.find(({ trusted }) => trusted)?.way === 'datagrams' ? 'datagrams' : 'records';
  }
}

function disbelieve(hypothesis: Hypothesis): void {
  hypothesis.wrong++;
  if (hypothesis.wrong >= WRONG_MAX) {
    hypothesis.trusted = false;
    hypothesis.wrong = 0;
  }
}

/** By how much a sequence number is above (or below) what a way predicts; undefined where it cannot tell. */
function distanceOf(way: Way, previous: Previous, message: Sequenced): number | undefined {
  const step = stepOf(way, previous, message);
  if (previous.sequence < 0 || step === undefined) {
    return undefined;
  }
  // 32 bits that wrap around: the nearer way round counts.
  return (message.sequence - previous.sequence - step) | 0;
}

function stepOf(way: Way, previous: Previous, message: Sequenced): number | undefined {
  switch (way) {
    case 'datagrams':
      return 1;
    case 'records':
      return previous.records;
    case 'recordsWithOwn':
      return message.records;
    case 'flows':
      return previous.records === undefined ? undefined : previous.records - previous.optionRecords;
    case 'flowsWithOwn':
      return message.records === undefined ? undefined : message.records - message.optionRecords;
  }
}
