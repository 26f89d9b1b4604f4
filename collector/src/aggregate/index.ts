import { randomBytes } from 'node:crypto';
import {
  ENDS_LABEL,
  LEVEL_NAMES,
  NAMESPACE_ENDS,
  SLOT_RANGES,
  SLOTS,
  TIER_MS,
  TIER_NAMES,
  WRITTEN_AS,
  type FlowRecord,
  type LevelName,
  type Side,
  type TierName,
  type WrittenLevel,
} from '@netobserv-flows/schema';
import { FlowEnds, type FlowEnd } from '../ends';
import type { KeySums } from './bucket';
import { tiersWritten, type AggregateConfig } from './config';
import { foldedIn, joinEnds, PairEnds, projection } from './endSums';
import { GivenLines } from './given';
import { Interner, type KeyNumbers } from './intern';
import { levelKeys } from './key';
import {
  bucketLine,
  endLines,
  rollupLines,
  type BucketLines,
  type BucketName,
  type Labels,
  type RollupLine,
} from './line';
import type { SavedState } from './state';
import { Tier, type Closed } from './tier';

export { aggregateConfig, type AggregateConfig } from './config';
export type { RollupLine } from './line';
export { readState, writeState, type SavedState } from './state';

/** Loki takes no flow that is older, as it is shipped (`reject_old_samples_max_age`). */
const OLDEST_MS = 168 * 3_600_000;

/** Nor one that is further ahead (`creation_grace_period`). */
const AHEAD_MS = 10 * 60_000;

/** The level that is summed up from another, as that one tells apart all that it does. */
const DERIVED: Readonly<Partial<Record<LevelName, LevelName>>> = { namespace: 'workload' };

/** The levels of single ends that are made of level `workload`, the finer one first. */
const MADE_OF_WORKLOADS = {
  end: { Src: 'sourceWorkload', Dst: 'destinationWorkload' },
  namespaceEnd: { Src: 'sourceNamespace', Dst: 'destinationNamespace' },
} as const satisfies Partial<Record<WrittenLevel, Record<Side, LevelName>>>;

type MadeOfWorkloads = keyof typeof MADE_OF_WORKLOADS;

const isMadeOfWorkloads = (level: LevelName) => Object.hasOwn(MADE_OF_WORKLOADS, WRITTEN_AS[level].level);

/** The label that tells which lines stand for the same flows, where those by single ends are written too. */
const ENDS = [ENDS_LABEL.name, ENDS_LABEL.value] as const;
const NAMESPACES_TOO = [ENDS_LABEL.name, `${ENDS_LABEL.value}${NAMESPACE_ENDS}`] as const;
const slotsLabel = (slot: string) =>
  ['slots', SLOT_RANGES[Math.floor((parseInt(slot, 16) * SLOT_RANGES.length) / SLOTS)]!] as const;

/** Sums of one bucket by source and by destination, which are written together. */
interface Halves {
  readonly tier: Tier;
  readonly startMs: number;
  readonly sums: Record<Side, KeySums[]>;
}

/** Figures of the aggregation at one moment, and counts since the start. */
export interface AggregateStats {
  /** Keys in buckets that are not written yet. */
  readonly openKeys: number;
  /** Lines made so far. */
  readonly lines: number;
  /** Keys that were folded into others, as a bucket had too many. */
  readonly foldedKeys: number;
  /** Flows that were not summed up, as Loki takes none of their time. */
  readonly untimelyFlows: number;
  /** Lines that were to be saved after they were given out, and were too many. */
  readonly forgottenLines: number;
}

/**
 * Sums flows up by time and key, duplicates left out, and gives the sums out as lines for Loki once their bucket of
 * time is over. Each flow is added where its end lies, as Loki stores it; what comes after its bucket was given out
 * makes another line of the same key, so that lines of a key are to be added up.
 */
export class Aggregator {
  readonly #clock: () => number;
  readonly #emit: (line: RollupLine) => void;
  /** The tiers that flows go to, with the numbers that stand for a flow's keys in them. */
  readonly #roots: Tier[] = [];
  #interner = new Interner([]);
  readonly #keys: KeyNumbers;
  readonly #ends: FlowEnds;
  /** All tiers, each after those that feed it. */
  readonly #tiers: Tier[] = [];
  readonly #latenessMs: number;
  readonly #sinceMs: number;
  /** From when on flows are summed up however old they are. */
  readonly #historyMs: number;
  /** The time of which flows are summed up. */
  #fromMs = Infinity;
  #toMs = -Infinity;
  #untimelyFlows = 0;
  /** Lines given out, where a state is saved. */
  readonly #given: GivenLines | undefined;
  /** Lines made and not given out yet: a flow may close a bucket, but only a flush gives lines out. */
  #out: RollupLine[] = [];
  /** By level, tier and bucket. Both halves of a bucket are closed in one go. */
  #halves = new Map<string, Halves>();
  /** The tiers of level `workload` of which sums by single ends are made. */
  #endTiers: Readonly<Record<MadeOfWorkloads, readonly TierName[]>> = { end: [], namespaceEnd: [] };
  #pairEnds: Readonly<Record<MadeOfWorkloads, PairEnds>> | undefined;
  #lines = 0;
  #foldedKeys = 0;

  /**
   * @param emit takes the lines, without waiting.
   * @param clock milliseconds since the epoch.
   * @param ends where the ends of flows are recognised that come without them.
   */
  constructor(
    config: AggregateConfig,
    emit: (line: RollupLine) => void,
    clock: () => number = Date.now,
    ends: FlowEnds = new FlowEnds()
  ) {
    this.#emit = emit;
    this.#ends = ends;
    this.#clock = clock;
    this.#sinceMs = config.since === undefined ? clock() : Math.min(clock(), Date.parse(config.since));
    this.#historyMs = config.since === undefined ? Infinity : this.#sinceMs;
    this.#given = config.stateFile === undefined ? undefined : new GivenLines();
    this.#latenessMs = config.latenessSeconds * 1_000;
    if (config.enabled) {
      this.#build(config);
    }
    this.#interner = new Interner(this.#roots.map(({ keys }) => keys));
    this.#keys = new Int32Array(2 * this.#roots.length);
  }

  /**
   * Adds a flow that was enriched and marked; duplicates are passed over, and what Loki does not take for its time.
   * @param source its ends, where they are known already.
   */
  add(record: FlowRecord, source?: FlowEnd, destination?: FlowEnd): void {
    const timeMs = record.TimeFlowEndMs;
    if (record.Duplicate === true) {
      return;
    }
    // Asked once more with the clock of now: that of the last flush is only good for what it lets in.
    if (!(timeMs >= this.#fromMs && timeMs <= this.#toMs) && !this.#isTimely(timeMs)) {
      this.#untimelyFlows++;
      return;
    }
    if (this.#interner.full) {
      this.#forget();
    }
    const keys = this.#keys;
    this.#interner.keysOf(
      record,
      source ?? this.#ends.source(record),
      destination ?? this.#ends.destination(record),
      keys
    );
    for (let i = 0; i < this.#roots.length; i++) {
      const tier = this.#roots[i]!;
      if (tier.keys.covers(record)) {
        tier.addFlow(record, keys[2 * i]!, keys[2 * i + 1]!);
      }
    }
  }

  /** Gives out the buckets that are due; to be called about once a second. @returns whether there were any. */
  flushDue(): boolean {
    const nowMs = this.#clock();
    this.#tellTime(nowMs);
    this.#tiers.forEach((tier) => tier.close(nowMs));
    return this.#giveOut();
  }

  /** Gives out all there is, also of buckets that are not over: what follows adds to it. */
  flush(): void {
    this.#tiers.forEach((tier) => tier.close());
    this.#giveOut();
  }

  /**
   * What would be lost if the process ended now: to be saved every few seconds, and by all means in the same turn of
   * the event loop in which lines were given out. So no line is sent of which the saved sums could be sent again.
   */
  snapshot(): SavedState {
    this.#writeHalves();
    const given = this.#given?.recent(this.#clock()) ?? [];
    return {
      version: 1,
      buckets: this.#tiers.flatMap((tier) =>
        tier.opened().map(({ startMs, sums }) => ({
          level: tier.keys.level,
          tier: tier.name,
          fields: [...tier.keys.fields],
          startMs,
          sums: sums.map(({ values, folded, bytes, packets, flows }): SavedState['buckets'][number]['sums'][number] => [
            values.map((value) => value ?? null),
            folded,
            bytes,
            packets,
            flows,
          ]),
        }))
      ),
      given: given.map(({ labels, ...line }) => ({
        ...line,
        labels: labels.map(([name, value]): [string, string] => [name, value]),
      })),
    };
  }

  /**
   * Goes on where a saved state ended. Lines that were given out are given out again as they were: Loki keeps one of
   * equal lines.
   * @returns buckets that no tier is there for, or whose fields are others by now; their sums are not taken.
   */
  restore({ buckets, given }: SavedState): number {
    given.forEach(({ givenMs: _given, ...line }) => this.#give(line));
    this.#giveOut();
    let skipped = 0;
    for (const { level, tier: name, fields, startMs, sums } of buckets) {
      const tier = this.#tiers.find(({ keys, name: of }) => keys.level === level && of === name);
      if (tier === undefined || tier.keys.fields.join() !== fields.join()) {
        skipped++;
        continue;
      }
      for (const [values, folded, bytes, packets, flows] of sums) {
        tier.addSums(startMs, { values: values.map((value) => value ?? undefined), folded, bytes, packets, flows });
      }
    }
    return skipped;
  }

  get stats(): AggregateStats {
    const openKeys = this.#tiers.reduce((sum, tier) => sum + tier.size, 0);
    return {
      openKeys,
      lines: this.#lines,
      foldedKeys: this.#foldedKeys,
      untimelyFlows: this.#untimelyFlows,
      forgottenLines: this.#given?.forgotten ?? 0,
    };
  }

  #build({ levels, maxKeys }: AggregateConfig): void {
    const limits = { latenessMs: this.#latenessMs, maxKeys, clock: this.#clock };
    const made = new Map<LevelName, Tier[]>();
    const feeds = new Map<Tier, Tier[]>();
    const feed = (from: Tier, to: Tier) => feeds.set(from, [...(feeds.get(from) ?? []), to]);
    this.#endTiers = { end: tiersWritten(levels, 'end'), namespaceEnd: tiersWritten(levels, 'namespaceEnd') };
    const pairs = levelKeys('workload');
    const { end, namespaceEnd } = MADE_OF_WORKLOADS;
    this.#pairEnds = { end: new PairEnds(pairs, end), namespaceEnd: new PairEnds(pairs, namespaceEnd) };
    for (const level of LEVEL_NAMES.filter((name) => !isMadeOfWorkloads(name)).reverse()) {
      const keys = levelKeys(level);
      // Shortest first: the sums of a tier are summed up to the next.
      const written = tiersWritten(levels, WRITTEN_AS[level].level);
      const names = [...TIER_NAMES].reverse().filter((name) => written.includes(name));
      const tiers = names.map((name): Tier => {
        const tier: Tier = new Tier(keys, name, limits, (closed) =>
          this.#onClosed(tier, feeds.get(tier) ?? [], closed)
        );
        return tier;
      });
      made.set(level, tiers);
      this.#tiers.push(...tiers);
      tiers.slice(1).forEach((tier, index) => feed(tiers[index]!, tier));
      const [first] = tiers;
      const [from] = made.get(DERIVED[level] ?? level) ?? [];
      if (first !== undefined && from !== undefined && from !== first && fits(from.name, first.name)) {
        feed(from, first);
      } else if (first !== undefined) {
        this.#roots.push(first);
      }
    }
  }

  #isTimely(timeMs: number): boolean {
    this.#tellTime(this.#clock());
    return timeMs >= this.#fromMs && timeMs <= this.#toMs;
  }

  #tellTime(nowMs: number): void {
    this.#fromMs = Math.max(0, Math.min(nowMs - OLDEST_MS, this.#historyMs));
    this.#toMs = nowMs + AHEAD_MS;
  }

  /** Numbers of keys that are in use cannot be given anew: what is summed up under them goes out first. */
  #forget(): void {
    this.#roots.forEach((tier) => tier.close());
    this.#interner = new Interner(this.#roots.map(({ keys }) => keys));
  }

  #onClosed(tier: Tier, feeds: readonly Tier[], { startMs, sums, foldedKeys }: Closed): void {
    this.#foldedKeys += foldedKeys;
    feeds.forEach((next) => pass(tier, next, startMs, sums));
    const { level, side } = WRITTEN_AS[tier.keys.level];
    if (side !== undefined) {
      this.#half(level, side, tier, startMs, sums);
      return;
    }
    const hasEnds = (of: MadeOfWorkloads) => level === 'workload' && this.#endTiers[of].includes(tier.name);
    const labels = hasEnds('end') ? [ENDS] : [];
    this.#write(tier.name, startMs, (bucket, nowMs) => rollupLines(tier.keys, bucket, sums, nowMs, labels));
    // At the same moment as those they are made of: whatever happens, all tell the same.
    if (hasEnds('end')) {
      const also = hasEnds('namespaceEnd') ? NAMESPACES_TOO : ENDS;
      this.#writeEnds('end', tier.name, startMs, sums, (slot) => [also, slotsLabel(slot)]);
    }
    if (hasEnds('namespaceEnd')) {
      this.#writeEnds('namespaceEnd', tier.name, startMs, sums, () => labels);
    }
  }

  #writeEnds(
    of: MadeOfWorkloads,
    tier: TierName,
    startMs: number,
    pairs: readonly KeySums[],
    labelled: (slot: string) => Labels
  ): void {
    const ends = this.#pairEnds![of];
    this.#write(tier, startMs, (bucket, nowMs) => endLines(ends.keys, bucket, ends.sums(pairs), nowMs, labelled));
  }

  #half(level: string, side: Side, tier: Tier, startMs: number, sums: readonly KeySums[]): void {
    const key = `${level} ${tier.name} ${startMs}`;
    const halves = this.#halves.get(key) ?? { tier, startMs, sums: { Src: [], Dst: [] } };
    this.#halves.set(key, halves);
    for (const sum of sums) {
      halves.sums[side].push(sum);
    }
  }

  #writeHalves(): void {
    const all = [...this.#halves.values()];
    this.#halves.clear();
    for (const { tier, startMs, sums } of all) {
      this.#write(tier.name, startMs, (bucket, nowMs) => endLines(tier.keys, bucket, joinEnds(sums), nowMs));
    }
  }

  #write(tier: TierName, startMs: number, linesOf: (bucket: BucketName, nowMs: number) => BucketLines): void {
    const nowMs = this.#clock();
    const bucket = { tier, startMs, part: partName() };
    const written = linesOf(bucket, nowMs);
    written.lines.forEach((line) => this.#give(line));
    // After what it tells of: whoever finds it finds that too.
    this.#give(bucketLine(bucket, written, { latenessMs: this.#latenessMs, sinceMs: this.#sinceMs }, nowMs));
  }

  #giveOut(): boolean {
    this.#writeHalves();
    const lines = this.#out;
    this.#out = [];
    lines.forEach(this.#emit);
    return lines.length > 0;
  }

  #give(line: RollupLine): void {
    this.#lines++;
    this.#given?.add(line, this.#clock());
    this.#out.push(line);
  }
}

/**
 * What tells the sums of one bucket from those that others write of it, or that this one writes later. 30 bits by
 * chance, as each line bears them: that two of one bucket are alike is next to never, and they would have to be of
 * equal sums too for Loki to keep one of them.
 */
function partName(): string {
  return randomBytes(4).toString('base64url').slice(0, 5);
}

/** Whether buckets of one tier lie each within one of another. */
function fits(shorter: TierName, longer: TierName): boolean {
  return TIER_MS[longer] % TIER_MS[shorter] === 0;
}

/** Adds the sums of a bucket to a tier that is fed by it. */
function pass(from: Tier, to: Tier, startMs: number, sums: readonly KeySums[]): void {
  if (from.keys.level === to.keys.level) {
    sums.forEach((sum) => to.addSums(startMs, sum));
    return;
  }
  const project = projection(from.keys.fields, to.keys.fields);
  const foldedOf = foldedIn(from.keys.level, to.keys.fields);
  for (const sum of sums) {
    to.addSums(startMs, { ...sum, values: project(sum.values), folded: foldedOf(sum.folded) });
  }
}
