import {
  SceneObjectBase,
  SceneObjectUrlSyncConfig,
  type SceneObjectState,
  type SceneObjectUrlValues,
} from '@grafana/scenes';
import {
  FILTER_PARAMETERS,
  filtersFromUrl,
  filtersToUrl,
  NO_FILTERS,
  QUICK_FILTERS,
  QUICK_PARAMETER,
  quickFromUrl,
  quickSets,
  quickToUrl,
  type FilterSet,
  type QuickFilter,
} from '../../flow';
import { LateAddress } from '../address/LateAddress';

interface FlowFiltersState extends SceneObjectState {
  set: FilterSet;
  /** Names of the quick filters in use; all must hold, and the set with them. */
  quick: readonly string[];
  /** What the address asked for and could not be understood, in words. */
  problems: readonly string[];
}

const FILTER_KEYS = Object.values(FILTER_PARAMETERS);
const KEYS = [...FILTER_KEYS, QUICK_PARAMETER];

/**
 * Owner of a page's filters, which it keeps in the URL: `filter` (once each), `match`, `bidirectional`, and `quick`
 * (once each).
 */
export class FlowFilters extends SceneObjectBase<FlowFiltersState> {
  protected _urlSync = new SceneObjectUrlSyncConfig(this, { keys: KEYS });

  private readonly address = new LateAddress(this, this._urlSync, () => this.current());

  private filterProblems: readonly string[] = [];
  private quickProblems: readonly string[] = [];

  /** @param available the quick filters that there are, such as `readQuickFilters` gives. */
  constructor(
    set: FilterSet = NO_FILTERS,
    readonly available: readonly QuickFilter[] = QUICK_FILTERS
  ) {
    super({ set, quick: [], problems: [] });
  }

  /** The sets of the quick filters in use, for `also` of a query. */
  also(): FilterSet[] {
    return quickSets(this.state.quick, this.available);
  }

  getUrlState(): SceneObjectUrlValues {
    return this.address.values();
  }

  private current(): SceneObjectUrlValues {
    const values = filtersToUrl(this.state.set);
    // Scenes reads several values of a key only where the state says that it holds a list.
    return {
      ...Object.fromEntries(FILTER_KEYS.map((key) => [key, values[key]])),
      [FILTER_PARAMETERS.filter]: values.filter ?? [],
      [QUICK_PARAMETER]: [...this.state.quick],
    };
  }

  updateFromUrl(values: SceneObjectUrlValues): void {
    // Only the keys that changed are handed over; null says that one is gone.
    const { set, quick } = this.state;
    const filtersChanged = FILTER_KEYS.some((key) => key in values);
    const read = filtersChanged ? filtersFromUrl({ ...filtersToUrl(set), ...values }) : undefined;
    this.filterProblems = read?.problems ?? this.filterProblems;
    const named =
      QUICK_PARAMETER in values ? quickFromUrl({ ...quickToUrl(quick), ...values }, this.available) : undefined;
    this.quickProblems = named?.problems ?? this.quickProblems;
    this.setState({
      // The same object where nothing changed: pages ask again on another one.
      set: read?.set ?? set,
      quick: named?.active ?? quick,
      problems: [...this.filterProblems, ...this.quickProblems],
    });
  }

  /** Takes a new set; the address follows, as one step of the browser's history. */
  change(set: FilterSet): void {
    this.filterProblems = [];
    this.take({ set });
  }

  /** Takes the names of the quick filters in use; the address follows, as one step of the browser's history. */
  changeQuick(quick: readonly string[]): void {
    this.quickProblems = [];
    const { active } = quickFromUrl({ [QUICK_PARAMETER]: quick }, this.available);
    this.take({ quick: active });
  }

  /**
   * Takes a new set, and quick filters besides those in use; the address follows, as one step of the browser's history.
   * Names that stand for no quick filter are told.
   */
  changeBoth(set: FilterSet, added: readonly string[]): void {
    const quick = [...this.state.quick, ...added];
    const { active, problems } = quickFromUrl({ [QUICK_PARAMETER]: quick }, this.available);
    this.filterProblems = [];
    this.quickProblems = problems;
    this.take({ set, quick: active });
  }

  private take(state: Partial<Pick<FlowFiltersState, 'set' | 'quick'>>): void {
    this.address.change(() => this.setState({ ...state, problems: [...this.filterProblems, ...this.quickProblems] }));
  }
}
