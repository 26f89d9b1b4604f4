import {
  SceneObjectBase,
  SceneObjectUrlSyncConfig,
  type SceneObjectState,
  type SceneObjectUrlValues,
} from '@grafana/scenes';
import { formatPanels, parsePanels } from './panelChoice';

interface OverviewOptionsState extends SceneObjectState {
  /** Whether figures are compared with the period before. */
  compare: boolean;
  /** Ids of the panels shown, in their order. */
  panels: readonly string[];
}

/** Owner of what the overview shows besides filters, kept in the URL: `compare` and `panels`. */
export class OverviewOptions extends SceneObjectBase<OverviewOptionsState> {
  protected _urlSync = new SceneObjectUrlSyncConfig(this, { keys: ['compare', 'panels'] });

  constructor() {
    super({ compare: true, panels: parsePanels(undefined) });
  }

  getUrlState(): SceneObjectUrlValues {
    const { compare, panels } = this.state;
    return { compare: compare ? undefined : 'false', panels: formatPanels(panels) };
  }

  updateFromUrl(values: SceneObjectUrlValues): void {
    this.setState({
      ...('compare' in values && { compare: values.compare !== 'false' }),
      ...('panels' in values && { panels: parsePanels(values.panels) }),
    });
  }

  /** Takes new options; the address follows, as one step of the browser's history. */
  change(options: Partial<Pick<OverviewOptionsState, 'compare' | 'panels'>>): void {
    this._urlSync.performBrowserHistoryAction(() => this.setState(options));
  }
}
