import {
  SceneObjectBase,
  SceneObjectUrlSyncConfig,
  type SceneObjectState,
  type SceneObjectUrlValues,
} from '@grafana/scenes';
import { formatPanels, parsePanels } from './panelChoice';
import { formatScope, parseScope, type Scope } from './scope';

interface OverviewOptionsState extends SceneObjectState {
  /** Whether figures are compared with the period before. */
  compare: boolean;
  /** Ids of the panels shown, in their order. */
  panels: readonly string[];
  /** The one object that all is about; absent for the whole cluster. */
  scope?: Scope;
  /** Why the scope that the address names cannot be taken, in words. */
  scopeProblem?: string;
}

/** Owner of what the overview shows besides filters, kept in the URL: `compare`, `panels`, `scope`. */
export class OverviewOptions extends SceneObjectBase<OverviewOptionsState> {
  protected _urlSync = new SceneObjectUrlSyncConfig(this, { keys: ['compare', 'panels', 'scope'] });

  constructor() {
    super({ compare: true, panels: parsePanels(undefined) });
  }

  getUrlState(): SceneObjectUrlValues {
    const { compare, panels, scope } = this.state;
    return { compare: compare ? undefined : 'false', panels: formatPanels(panels), scope: formatScope(scope) };
  }

  updateFromUrl(values: SceneObjectUrlValues): void {
    const { scope, problem } = parseScope(values.scope);
    this.setState({
      ...('compare' in values && { compare: values.compare !== 'false' }),
      ...('panels' in values && { panels: parsePanels(values.panels) }),
      ...('scope' in values && { scope, scopeProblem: problem }),
    });
  }

  /** Takes new options; the address follows, as one step of the browser's history. */
  change(options: Partial<Pick<OverviewOptionsState, 'compare' | 'panels' | 'scope'>>): void {
    const scoped = 'scope' in options && { scopeProblem: undefined };
    this._urlSync.performBrowserHistoryAction(() => this.setState({ ...options, ...scoped }));
  }
}
