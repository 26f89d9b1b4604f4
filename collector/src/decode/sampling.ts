import type { Observation } from './observation';

/** Option records about selectors, interfaces and templates that a domain may have; more are not kept. */
const ENTRIES_MAX = 1024;

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

/** What the option records of an observation domain say about sampling. */
export class DomainSampling {
  private whole: number | undefined;
  private readonly selectors = new Map<number, number>();
  private readonly interfaces = new Map<number, number>();
  private readonly templates = new Map<number, number>();
  /** The one rate that all selectors have, where they have one. */
  private common: number | undefined;

  /** Takes in an option record; one without a rate changes nothing. @returns whether something is known anew. */
  learn(said: Observation): boolean {
    const rate = statedRate(said);
    if (rate === undefined) {
      return false;
    }
    if (said.selector !== undefined) {
      const isNew = remember(this.selectors, said.selector, rate);
      this.updateCommon();
      return isNew;
    }
    if (said.scopeTemplate) {
      return remember(this.templates, said.scopeTemplate, rate);
    }
    if (said.scopeInterface) {
      // softflowd scopes its option record to interface 0: all that it meters.
      return remember(this.interfaces, said.scopeInterface, rate);
    }
    const isNew = this.whole !== rate;
    this.whole = rate;
    return isNew;
  }

  /** Forgets all of it. */
  clear(): void {
    this.whole = undefined;
    this.selectors.clear();
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

  /** Takes in what was known before a restart. */
  restore({ whole, selectors, interfaces, templates }: SamplingState): void {
    this.whole = whole;
    selectors.forEach(([key, rate]) => remember(this.selectors, key, rate));
    interfaces.forEach(([key, rate]) => remember(this.interfaces, key, rate));
    templates.forEach(([key, rate]) => remember(this.templates, key, rate));
    this.updateCommon();
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

  private updateCommon(): void {
    const rates = new Set(this.selectors.values());
    this.common = rates.size === 1 ? [...rates][0] : undefined;
  }
}

function remember(rates: Map<number, number>, key: number, rate: number): boolean {
  const isNew = rates.get(key) !== rate && (rates.size < ENTRIES_MAX || rates.has(key));
  if (isNew) {
    rates.set(key, rate);
  }
  return isNew;
}
