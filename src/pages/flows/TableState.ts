import {
  SceneObjectBase,
  SceneObjectUrlSyncConfig,
  type SceneObjectState,
  type SceneObjectUrlValues,
} from '@grafana/scenes';
import type { FieldName } from '@netobserv-flows/schema';
import { areDefaultColumns, DEFAULT_COLUMNS, parseColumns } from '../../components/flowTable/columns';
import { parseSort, sortText, type FlowSort } from '../../data/sortFlows';

interface TableStateState extends SceneObjectState {
  columns: readonly FieldName[];
  /** By which field; newest first where absent. */
  sort?: FlowSort;
}

/** Owner of what the table shows of the flows, kept in the URL: `columns` where not the default ones, `sort`. */
export class TableState extends SceneObjectBase<TableStateState> {
  protected _urlSync = new SceneObjectUrlSyncConfig(this, { keys: ['columns', 'sort'] });

  constructor() {
    super({ columns: DEFAULT_COLUMNS });
  }

  getUrlState(): SceneObjectUrlValues {
    const { columns, sort } = this.state;
    return {
      columns: areDefaultColumns(columns) ? undefined : columns.join(','),
      sort: sort === undefined ? undefined : sortText(sort),
    };
  }

  updateFromUrl(values: SceneObjectUrlValues): void {
    this.setState({
      ...('columns' in values && { columns: parseColumns(values.columns) }),
      ...('sort' in values && { sort: parseSort(values.sort) }),
    });
  }

  /** Takes columns or sort; the address follows, as one step of the browser's history. */
  change(state: Partial<Pick<TableStateState, 'columns' | 'sort'>>): void {
    this._urlSync.performBrowserHistoryAction(() => this.setState(state));
  }
}
