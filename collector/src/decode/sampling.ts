import type { Observation } from './observation';
import type { OptionRoom } from './optionRoom';

/**
 * The factor that a record states: one packet of so many was seen. Forms in the order in which they are trusted:
 * IE 305 and 306 (taken and skipped packets), 309 and 310 (n of N), 311 (probability), 307 and 308 (taken and skipped
 * time), 50 (NetFlow v9 sampler), 34 (sampling interval).
 * @returns 1 or more, or undefined where the record does not say. 0 means 'not known' in all forms.
 */
export function statedRate(said: Observation): number | undefined {
  const { packetsTaken, packetsSkipped, sampleSize, population, probability, timeTaken, timeSkipped } = said;
  return (
    ratio(packetsTaken, packetsTaken, packetsSkipped) ??
    ratio(sampleSize, population, 0) ??
    ratio(probability, 1, 0) ??
    ratio(timeTaken, timeTaken, timeSkipped) ??
    ratio(1, said.samplerInterval, 0) ??
    ratio(1, said.samplingInterval, 0)
  );
}

function ratio(of: number | undefined, seen: number | undefined, more: number | undefined): number | undefined {
  if (of === undefined || seen === undefined || more === undefined || of <= 0) {
    return undefined;
  }
  const rate = (seen + more) / of;
  return rate >= 1 && Number.isFinite(rate) ? rate : undefined;
}

/** What a domain's option records have said of sampling, as it is kept over a restart. */
export interface SamplingState {
  readonly whole?: number;
  readonly selectors: ReadonlyArray<readonly [number, number]>;
  readonly interfaces: ReadonlyArray<readonly [number, number]>;
  readonly templates: ReadonlyArray<readonly [number, number]>;
}

/** Whether an option record says something anew, or what is no longer kept, as there is no room for it. */
export type Learnt = 'anew' | 'nothing' | 'refused';

/** What the option records of an observation domain say about sampling. */
export class DomainSampling {
  private whole: number | undefined;
  private readonly selectors = new Map<number, number>();
  /** How many selectors have a rate, by rate: one datagram may tell of thousands. */
  private readonly selectorsByRate = new Map<number, number>();
  private readonly interfaces = new Map<number, number>();
  private readonly templates = new Map<number, number>();
  /** The one rate that all selectors have, where they have one. */
  private common: number | undefined;

  /** @param room shared with all other domains. */
  constructor(private readonly room: OptionRoom) {}

  /** Takes in an option record; one without a rate changes nothing. */
  learn(said: Observation): Learnt {
    const rate = statedRate(said);
    if (rate === undefined) {
      return 'nothing';
    }
    if (said.selector !== undefined) {
      return this.learnSelector(said.selector, rate);
    }
    if (said.scopeTemplate) {
      return this.remember(this.templates, said.scopeTemplate, rate);
    }
    if (said.scopeInterface) {
      // softflowd scopes its option record to interface 0: all that it meters.
      return this.remember(this.interfaces, said.scopeInterface, rate);
    }
    const isNew = this.whole !== rate;
    this.whole = rate;
    return isNew ? 'anew' : 'nothing';
  }

  /** Forgets all of it. */
  clear(): void {
    this.whole = undefined;
    this.room.giveBack(this.selectors.size + this.interfaces.size + this.templates.size);
    this.selectors.clear();
    this.selectorsByRate.clear();
    this.interfaces.clear();
    this.templates.clear();
    this.common = undefined;
  }

  /** What is known; undefined where that is nothing. */
  state(): SamplingState | undefined {
    const { whole } = this;
    const [selectors, interfaces, templates] = [[...this.selectors], [...this.interfaces], [...this.templates]];
    const isEmpty = whole === undefined && selectors.length + interfaces.length + templates.length === 0;
    return isEmpty ? undefined : { whole, selectors, interfaces, templates };
  }

  /** Takes in what was known before a restart. @returns how much of it was refused. */
  restore({ whole, selectors, interfaces, templates }: SamplingState): number {
    this.whole = whole;
    const learnt = [
      ...selectors.map(([key, rate]) => this.learnSelector(key, rate)),
      ...interfaces.map(([key, rate]) => this.remember(this.interfaces, key, rate)),
      ...templates.map(([key, rate]) => this.remember(this.templates, key, rate)),
    ];
    return learnt.filter((one) => one === 'refused').length;
  }

  /**
   * The rate that option records give a flow.
   * @param said the flow's record; its selector decides where it names one that is known.
   * @param template the number of the flow's template.
   */
  rateFor(said: Observation, template: number): number | undefined {
    const { selector, ingressInterface, egressInterface } = said;
    return (
      (selector === undefined ? undefined : this.selectors.get(selector)) ??
      this.templates.get(template) ??
      (ingressInterface === undefined ? undefined : this.interfaces.get(ingressInterface)) ??
      (egressInterface === undefined ? undefined : this.interfaces.get(egressInterface)) ??
      this.whole ??
      (selector === undefined ? this.common : undefined)
    );
  }

  private learnSelector(selector: number, rate: number): Learnt {
    const before = this.selectors.get(selector);
    const learnt = this.remember(this.selectors, selector, rate);
    if (learnt === 'anew') {
      const byRate = this.selectorsByRate;
      byRate.set(rate, (byRate.get(rate) ?? 0) + 1);
      if (before !== undefined && byRate.get(before) === 1) {
        byRate.delete(before);
      } else if (before !== undefined) {
        byRate.set(before, byRate.get(before)! - 1);
      }
      this.common = byRate.size === 1 ? rate : undefined;
    }
    return learnt;
  }

  private remember(rates: Map<number, number>, key: number, rate: number): Learnt {
    const known = rates.get(key);
    if (known === rate) {
      return 'nothing';
    }
    if (known === undefined && !this.room.take(rates.size)) {
      return 'refused';
    }
    rates.set(key, rate);
    return 'anew';
  }
}
