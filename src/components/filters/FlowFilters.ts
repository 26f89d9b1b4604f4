import {
  SceneObjectBase,
  SceneObjectUrlSyncConfig,
  type SceneObjectState,
  type SceneObjectUrlValues,
} from '@grafana/scenes';
import { FILTER_PARAMETERS, filtersFromUrl, filtersToUrl, NO_FILTERS, type FilterSet } from '../../flow';

interface FlowFiltersState extends SceneObjectState {
  set: FilterSet;
  /** What the address asked for and could not be understood, in words. */
  problems: readonly string[];
}

const KEYS = Object.values(FILTER_PARAMETERS);

/** Owner of a page's filters, which it keeps in the URL: `filter` (once each), `match`, `bidirectional`. */
export class FlowFilters extends SceneObjectBase<FlowFiltersState> {
  protected _urlSync = new SceneObjectUrlSyncConfig(this, { keys: KEYS });

  constructor(set: FilterSet = NO_FILTERS) {
    super({ set, problems: [] });
  }

  getUrlState(): SceneObjectUrlValues {
    const values = filtersToUrl(this.state.set);
    // Scenes reads several values of a key only where the state says that it holds a list.
    return {
      ...Object.fromEntries(KEYS.map((key) => [key, values[key]])),
      [FILTER_PARAMETERS.filter]: values.filter ?? [],
    };
  }

  updateFromUrl(values: SceneObjectUrlValues): void {
    // Only the keys that changed are handed over; null says that one is gone.
    const { set, problems } = filtersFromUrl({ ...filtersToUrl(this.state.set), ...values });
    this.setState({ set, problems });
  }

  /** Takes a new set; the address follows, as one step of the browser's history. */
  change(set: FilterSet): void {
    this._urlSync.performBrowserHistoryAction(() => this.setState({ set, problems: [] }));
  }
}
