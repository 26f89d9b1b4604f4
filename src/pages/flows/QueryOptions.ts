import {
  SceneObjectBase,
  SceneObjectUrlSyncConfig,
  type SceneObjectState,
  type SceneObjectUrlValues,
} from '@grafana/scenes';
import { allowedLimit, appSettings, DEFAULT_FLOW_LIMIT } from '../../data/appSettings';
import type { DirectionName } from '../../flow';

/** Which flows by direction, as the page's control has it. */
export type DirectionChoice = 'both' | 'ingress' | 'egress';

/** Which flows of the time range are loaded: the newest, or those that are the largest by a field. */
export type FlowPick = 'newest' | 'Bytes' | 'Packets';

interface QueryOptionsState extends SceneObjectState {
  direction: DirectionChoice;
  /** Whether records that repeat a packet already counted are shown. */
  duplicates: boolean;
  /** At most so many flows are loaded. */
  limit: number;
  /** Which ones, where there are more. */
  top: FlowPick;
}

type Options = Pick<QueryOptionsState, 'direction' | 'duplicates' | 'limit' | 'top'>;

const TOPS: readonly FlowPick[] = ['newest', 'Bytes', 'Packets'];

function defaultLimit(): number {
  return appSettings().defaultLimit ?? DEFAULT_FLOW_LIMIT;
}

/** The directions that a choice stands for; flows within one node come in and go out at once. */
export function directionsOf(choice: DirectionChoice): readonly DirectionName[] | undefined {
  return choice === 'both' ? undefined : [choice, 'inner'];
}

/** Owner of what the query asks besides filters, kept in the URL: `direction`, `duplicates`, `limit`, `top`. */
export class QueryOptions extends SceneObjectBase<QueryOptionsState> {
  protected _urlSync = new SceneObjectUrlSyncConfig(this, { keys: ['direction', 'duplicates', 'limit', 'top'] });

  constructor() {
    super({ direction: 'both', duplicates: false, limit: defaultLimit(), top: 'newest' });
  }

  getUrlState(): SceneObjectUrlValues {
    const { direction, duplicates, limit, top } = this.state;
    return {
      direction: direction === 'both' ? undefined : direction,
      duplicates: duplicates ? 'true' : undefined,
      // Always written, so that a shared address shows the same wherever another default is set.
      limit: String(limit),
      top: top === 'newest' ? undefined : top,
    };
  }

  updateFromUrl(values: SceneObjectUrlValues): void {
    const { direction, duplicates, limit, top } = values;
    this.setState({
      ...('direction' in values && {
        direction: direction === 'ingress' || direction === 'egress' ? direction : 'both',
      }),
      ...('duplicates' in values && { duplicates: duplicates === 'true' }),
      ...('limit' in values && { limit: allowedLimit(limit) ?? defaultLimit() }),
      ...('top' in values && { top: TOPS.find((candidate) => candidate === top) ?? 'newest' }),
    });
  }

  /** Takes new options; the address follows, as one step of the browser's history. */
  change(options: Partial<Options>): void {
    this._urlSync.performBrowserHistoryAction(() => this.setState(options));
  }
}
