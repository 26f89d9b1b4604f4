/** What a message says that its sequence number can be checked by. */
export interface Numbered {
  readonly domain: number;
  readonly sequence: number;
  /** Data records, those of options included; undefined where a set could not be read. */
  readonly records: number | undefined;
  /** Of those, the option records. */
  readonly optionRecords: number;
}

/** The same, of a message of NetFlow or IPFIX. */
export interface Sequenced extends Numbered {
  readonly version: 5 | 9 | 10;
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
/** What was missed in a silence comes on top: at busy hours twice as much as usual. */
const SILENT_FACTOR = 2;
/** Of a longer silence only so many seconds count: any jump would pass for what it has cost. */
const SILENT_MAX_SECONDS = 21_600;
/** What is usual is what comes while it sends: of a longer pause only so much is reckoned in. */
const PAUSE_MAX_MS = 10_000;

/** The message before, in a domain or of the whole exporter; -1 for what is not known. */
interface Previous {
  sequence: number;
  records: number;
  flows: number;
  /** When it came, milliseconds since the Unix epoch. */
  ms: number;
}

const unknown = (): Previous => ({ sequence: -1, records: -1, flows: -1, ms: -1 });

/** How far each way is believed, by its place in {@link WAYS}. */
class Belief {
  /** Right predictions in a row. */
  readonly streak = new Uint32Array(WAYS.length);
  readonly trusted = new Uint8Array(WAYS.length);
  /** How often another way was right where this one was wrong. */
  readonly wrong = new Uint8Array(WAYS.length);

  copy(other: Belief): void {
    this.streak.set(other.streak);
    this.trusted.set(other.trusted);
    this.wrong.set(other.wrong);
  }

  clear(): void {
    this.trusted.fill(0);
    this.wrong.fill(0);
  }
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
  private readonly byDomain = new Belief();
  /** Followed once there is more than one domain; until then it is the same. */
  private readonly overAll = new Belief();
  private readonly whole = unknown();
  private readonly domains = new Map<number, Previous>();
  private lastDomain = -1;
  private lastPrevious: Previous | undefined;
  /** What each way says of the message at hand; -1 where it cannot tell. */
  private readonly steps = [0, 0, 0, 0, 1];
  private nearest: number | undefined;
  /** When the message came that the nearest prediction stands on. */
  private nearestMs = 0;
  private fits = false;
  private pending = 0;
  private confirmations = 0;
  private failures = 0;
  /** What came, and the time that it took. */
  private units = 0;
  private activeMs = 0;
  /** When it was last asked, milliseconds since the Unix epoch. */
  lastMs = 0;

  /** The way that is believed, in words; undefined before one is. */
  get learned(): string | undefined {
    const over = this.trustedWay(this.overAll);
    const way = over ?? this.trustedWay(this.byDomain);
    return way && `${WORDS[way]}, ${over === undefined && this.domains.size > 1 ? 'by domain' : 'over all domains'}`;
  }

  /** Takes a message in. @returns what was missing before an earlier one, once that is sure. */
  observe(message: Numbered, nowMs: number): Gap | undefined {
    if (this.lastMs !== 0) {
      this.activeMs += Math.min(Math.max(0, nowMs - this.lastMs), PAUSE_MAX_MS);
    }
    this.lastMs = nowMs;
    const domain = this.domainOf(message.domain);
    this.judge(message, domain);
    if (this.fits || this.nearest === undefined) {
      this.advance(message, domain);
      return this.fits ? this.confirm() : undefined;
    }
    return this.misfit(message, domain, this.nearest);
  }

  /**
   * Compares the message with what each way predicts. Afterwards `fits` says whether a believed way is right, and
   * `nearest` how far off the believed ways are, at least; undefined where none is believed or can be asked.
   */
  private judge(message: Numbered, domain: Previous | undefined): void {
    this.fits = false;
    this.nearest = undefined;
    if (domain !== undefined) {
      this.ask(this.byDomain, domain, message);
    }
    if (this.domains.size > 1) {
      this.ask(this.overAll, this.whole, message);
    }
    if (this.fits) {
      this.disbelieve(this.byDomain);
      this.disbelieve(this.overAll);
    }
  }

  private ask({ streak, trusted }: Belief, previous: Previous, { sequence, records, optionRecords }: Numbered): void {
    if (previous.sequence < 0) {
      return;
    }
    const { steps } = this;
    steps[0] = previous.records;
    steps[1] = records ?? -1;
    steps[2] = previous.flows;
    steps[3] = records === undefined ? -1 : records - optionRecords;
    for (let way = 0; way < steps.length; way++) {
      const step = steps[way]!;
      if (step < 0) {
        continue;
      }
      // 32 bits that wrap around: the nearer way round counts.
      const distance = (sequence - previous.sequence - step) | 0;
      if (distance === 0) {
        if (++streak[way]! >= TRUST_AFTER) {
          trusted[way] = 1;
        }
        this.fits ||= trusted[way] === 1;
      } else {
        streak[way] = 0;
        if (trusted[way] === 1 && (this.nearest === undefined || Math.abs(distance) < Math.abs(this.nearest))) {
          this.nearest = distance;
          this.nearestMs = previous.ms;
        }
      }
    }
  }

  /** Believed ways that were wrong just now, where another one was right. */
  private disbelieve({ streak, trusted, wrong }: Belief): void {
    for (let way = 0; way < WAYS.length; way++) {
      if (trusted[way] === 1 && streak[way] === 0 && ++wrong[way]! >= WRONG_MAX) {
        trusted[way] = 0;
        wrong[way] = 0;
      }
    }
  }

  private misfit(message: Numbered, domain: Previous | undefined, distance: number): undefined {
    this.confirmations = 0;
    if (++this.failures >= RELEARN_AFTER) {
      this.relearn();
    }
    if (distance < 0 && distance > -this.jumpLimit(0)) {
      // It was overtaken: what seemed to be missing has come, and the next one follows the one before.
      this.pending = Math.max(0, this.pending - (this.unit === 'datagrams' ? 1 : (message.records ?? 0)));
      return;
    }
    if (distance > 0 && distance < this.jumpLimit(this.lastMs - this.nearestMs)) {
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

  private advance({ sequence, records, optionRecords }: Numbered, domain: Previous | undefined): void {
    follow(this.whole, sequence, records, optionRecords, this.lastMs);
    if (domain !== undefined) {
      follow(domain, sequence, records, optionRecords, this.lastMs);
    }
    this.units += records ?? 1;
  }

  private domainOf(number: number): Previous | undefined {
    if (number === this.lastDomain) {
      return this.lastPrevious;
    }
    let found = this.domains.get(number);
    if (found === undefined && this.domains.size < DOMAINS_MAX) {
      found = unknown();
      this.domains.set(number, found);
      if (this.domains.size === 2) {
        this.overAll.copy(this.byDomain);
      }
    }
    this.lastDomain = number;
    this.lastPrevious = found;
    return found;
  }

  private relearn(): void {
    this.pending = 0;
    this.failures = 0;
    this.byDomain.clear();
    this.overAll.clear();
  }

  private jumpLimit(silentMs: number): number {
    const perSecond = this.units / Math.max(1, this.activeMs / 1000);
    const silentSeconds = Math.min(Math.max(0, silentMs / 1000), SILENT_MAX_SECONDS);
    return JUMP_MIN + (JUMP_SECONDS + SILENT_FACTOR * silentSeconds) * perSecond;
  }

  private get unit(): Gap['unit'] {
    const way = this.trustedWay(this.overAll) ?? this.trustedWay(this.byDomain);
    return way === 'datagrams' ? 'datagrams' : 'records';
  }

  private trustedWay({ trusted }: Belief): Way | undefined {
    return WAYS[trusted.indexOf(1)];
  }
}

function follow(
  previous: Previous,
  sequence: number,
  records: number | undefined,
  optionRecords: number,
  ms: number
): void {
  previous.ms = ms;
  previous.sequence = sequence;
  previous.records = records ?? -1;
  previous.flows = records === undefined ? -1 : records - optionRecords;
}
