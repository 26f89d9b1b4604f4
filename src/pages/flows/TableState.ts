import {
  SceneObjectBase,
  SceneObjectUrlSyncConfig,
  type SceneObjectState,
  type SceneObjectUrlValues,
} from '@grafana/scenes';
import { LateAddress } from '../../components/address/LateAddress';
import { DEFAULT_COLUMNS } from '../../components/flowTable/columnPresets';
import { formatColumns, parseColumns } from '../../components/flowTable/columns';
import { DEFAULT_DENSITY, formatDensity, parseDensity, type Density } from '../../components/flowTable/density';
import { formatWidths, parseWidths, type ColumnWidths } from '../../components/flowTable/widths';
import type { ColumnId } from '../../data/flowColumns';
import { parseSort, sortText, type FlowSort } from '../../data/sortFlows';

interface TableStateState extends SceneObjectState {
  columns: readonly ColumnId[];
  /** By which column; newest first where absent. */
  sort?: FlowSort;
  density: Density;
  /** Widths in pixels that a person has set. */
  widths: ColumnWidths;
}

/** What of the table's state a person changes. */
export type TableLook = Pick<TableStateState, 'columns' | 'sort' | 'density' | 'widths'>;

/**
 * Owner of what the table shows of the flows, kept in the URL: `columns`, `sort`, `density` and `widths`, each left out
 * where it is the default.
 */
export class TableState extends SceneObjectBase<TableStateState> {
  protected _urlSync = new SceneObjectUrlSyncConfig(this, { keys: ['columns', 'sort', 'density', 'widths'] });

  private readonly address = new LateAddress(this, this._urlSync, () => this.current());

  constructor(look: Partial<TableLook> = {}) {
    super({ columns: DEFAULT_COLUMNS, density: DEFAULT_DENSITY, widths: {}, ...look });
  }

  getUrlState(): SceneObjectUrlValues {
    return this.address.values();
  }

  private current(): SceneObjectUrlValues {
    const { columns, sort, density, widths } = this.state;
    return {
      columns: formatColumns(columns),
      sort: sort === undefined ? undefined : sortText(sort),
      density: formatDensity(density),
      widths: formatWidths(widths),
    };
  }

  updateFromUrl(values: SceneObjectUrlValues): void {
    this.setState({
      ...('columns' in values && { columns: parseColumns(values.columns) }),
      ...('sort' in values && { sort: parseSort(values.sort) }),
      ...('density' in values && { density: parseDensity(values.density) }),
      ...('widths' in values && { widths: parseWidths(values.widths) }),
    });
  }

  /** Takes columns, sort or density; the address follows, as one step of the browser's history. */
  change(look: Partial<TableLook>): void {
    this.address.change(() => this.setState(look));
  }

  /** Takes widths; the address follows without a step of its own, since nobody goes back by a few pixels. */
  resize(widths: ColumnWidths): void {
    this.setState({ widths });
  }
}
