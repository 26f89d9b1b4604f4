import {
  sceneGraph,
  SceneObjectBase,
  SceneObjectUrlSyncConfig,
  type SceneObject,
  type SceneObjectState,
  type SceneObjectUrlValues,
} from '@grafana/scenes';
import { alertsAccess } from '../../data/alerts/access';
import { askRules, explainRulesError } from '../../data/alerts/askRules';
import { RULE_STATES, type FlowRule, type RuleStateName } from '../../data/alerts/flowRules';
import type { ExplainedError } from '../../data/lokiErrors';
import { AlertsViewComponent } from './AlertsViewComponent';

interface AlertsViewState extends SceneObjectState {
  /** Refresh. */
  controls: SceneObject[];
  /** Rules of this state alone. */
  stateName?: RuleStateName;
  /** Words that rules must have. */
  search: string;
  /** As last answered; absent until then. */
  rules?: readonly FlowRule[];
  loading: boolean;
  error?: ExplainedError;
}

/** The Alerts page: asks Grafana for the rules on flows whenever the refresh picker says so. */
export class AlertsView extends SceneObjectBase<AlertsViewState> {
  static readonly Component = AlertsViewComponent;

  protected _urlSync = new SceneObjectUrlSyncConfig(this, { keys: ['state', 'search'] });

  private running = new AbortController();

  constructor(controls: SceneObject[]) {
    super({ controls, search: '', loading: true });
    this.addActivationHandler(() => {
      this._subs.add(sceneGraph.getTimeRange(this).subscribeToState(() => void this.load()));
      void this.load();
      return () => this.running.abort();
    });
  }

  getUrlState(): SceneObjectUrlValues {
    const { stateName, search } = this.state;
    return { state: stateName, search: search === '' ? undefined : search };
  }

  updateFromUrl(values: SceneObjectUrlValues): void {
    const { state, search } = values;
    this.setState({
      ...('state' in values && { stateName: RULE_STATES.find((name) => name === state) }),
      ...('search' in values && { search: typeof search === 'string' ? search : '' }),
    });
  }

  /** Takes another filter; the address follows. A step of the browser's history for states alone: not for each letter. */
  filter(filter: Partial<Pick<AlertsViewState, 'stateName' | 'search'>>): void {
    if ('stateName' in filter) {
      this._urlSync.performBrowserHistoryAction(() => this.setState(filter));
    } else {
      this.setState(filter);
    }
  }

  /** Asks again. */
  retry(): void {
    void this.load();
  }

  private async load(): Promise<void> {
    this.running.abort();
    const { signal } = (this.running = new AbortController());
    if (!alertsAccess().read) {
      this.setState({ loading: false, error: explainRulesError({ status: alertsAccess().off ? 404 : 403 }) });
      return;
    }
    this.setState({ loading: true });
    try {
      const rules = await askRules(signal);
      this.setState({ rules, error: undefined, loading: false });
    } catch (error) {
      if (!signal.aborted) {
        this.setState({ error: explainRulesError(error), loading: false });
      }
    }
  }
}
