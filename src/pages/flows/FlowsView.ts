import { LoadingState, type PanelData } from '@grafana/data';
import {
  sceneGraph,
  SceneObjectBase,
  SceneQueryRunner,
  VariableDependencyConfig,
  type SceneDataQuery,
  type SceneObject,
  type SceneObjectState,
} from '@grafana/scenes';
import { FlowFilters } from '../../components/filters/FlowFilters';
import { FLOW_SELECTOR, flowsQuery } from '../../data/flowsQuery';
import { flowsFromFrames, NO_ROWS, type FlowRows } from '../../data/frames';
import { explainError, type ExplainedError } from '../../data/lokiErrors';
import { labelNames } from '../../data/loki';
import { DATA_SOURCE_VARIABLE } from './dataSourceVariable';
import { FlowsViewComponent } from './FlowsViewComponent';
import { directionsOf, QueryOptions } from './QueryOptions';
import { TableState } from './TableState';

interface FlowsViewState extends SceneObjectState {
  /** Data source, time range and refresh. */
  controls: SceneObject[];
  filters: FlowFilters;
  options: QueryOptions;
  table: TableState;
  $data: SceneQueryRunner;
  flows: FlowRows;
  /** True from a change that needs an answer until that answer is there. */
  loading: boolean;
  error?: ExplainedError;
  /** The query whose answer is shown or awaited. */
  query?: SceneDataQuery;
  /** Stream labels of the data source, for links and suggestions. */
  labels: readonly string[];
}

/**
 * The flow table: asks Loki whenever time range, data source, filters or options change, and keeps the rows of the
 * last answer until the next one is there.
 */
export class FlowsView extends SceneObjectBase<FlowsViewState> {
  static readonly Component = FlowsViewComponent;

  protected _variableDependency = new VariableDependencyConfig(this, {
    variableNames: [DATA_SOURCE_VARIABLE],
    onVariableUpdateCompleted: () => void this.load(),
  });

  /** Which call of `load` is the latest: an earlier one that is still waiting for labels gives up. */
  private turn = 0;
  /** The expression that the rows answer. */
  private answered?: unknown;

  constructor(controls: SceneObject[]) {
    super({
      controls,
      filters: new FlowFilters(),
      options: new QueryOptions(),
      table: new TableState(),
      // Manual: the labels have to be known before the query can be written.
      $data: new SceneQueryRunner({ queries: [], runQueriesMode: 'manual' }),
      flows: NO_ROWS,
      loading: true,
      labels: [],
    });
    this.addActivationHandler(() => this.activateView());
  }

  /** Uid of the Loki data source chosen; empty where Grafana has none. */
  dataSourceUid(): string {
    const value = sceneGraph.lookupVariable(DATA_SOURCE_VARIABLE, this)?.getValue();
    return typeof value === 'string' ? value : '';
  }

  /** Stops the running query; the rows of the last answer stay. */
  cancel(): void {
    this.turn++;
    const { answered } = this;
    this.state.$data.cancelQuery();
    // The runner reports the last rows once more, as if they answered the query that was stopped.
    this.answered = answered;
    this.setState({
      loading: false,
      error: { title: 'The query was cancelled', remedy: 'Ask again when you are ready.' },
    });
  }

  /** Asks again, labels included. */
  retry(): void {
    void this.load();
  }

  private activateView() {
    const { filters, options, $data } = this.state;
    const reload = () => void this.load();
    this._subs.add(sceneGraph.getTimeRange(this).subscribeToState(reload));
    this._subs.add(
      filters.subscribeToState((next, last) => {
        if (next.set !== last.set) {
          reload();
        }
      })
    );
    this._subs.add(options.subscribeToState(reload));
    this._subs.add(
      $data.subscribeToState(({ data }, last) => {
        // Other changes, as of the query, come with the answer to the last one.
        if (data !== undefined && data !== last.data) {
          this.onData(data);
        }
      })
    );
    reload();
    return () => {
      this.turn++;
    };
  }

  private async load(): Promise<void> {
    if (!this.isActive || sceneGraph.hasVariableDependencyInLoadingState(this)) {
      return;
    }
    const turn = ++this.turn;
    this.setState({ loading: true });
    const { filters, options, $data } = this.state;
    const uid = this.dataSourceUid();
    try {
      const range = sceneGraph.getTimeRange(this).state.value;
      const labels = await labelNames(uid, range, FLOW_SELECTOR);
      if (turn !== this.turn || !this.isActive) {
        return;
      }
      const { direction, duplicates, limit } = options.state;
      const query = flowsQuery({
        set: filters.state.set,
        labels,
        direction: directionsOf(direction),
        duplicates,
        limit,
      });
      this.setState({ query, labels });
      $data.setState({ datasource: { type: 'loki', uid }, queries: [query] });
      $data.runQueries();
    } catch (error) {
      if (turn === this.turn) {
        this.fail(error);
      }
    }
  }

  private fail(error: unknown): void {
    // A failed refresh leaves what the same query answered before; rows of another query would mislead.
    const same = this.answered !== undefined && this.answered === this.state.query?.expr;
    this.setState({ loading: false, error: explainError(error), flows: same ? this.state.flows : NO_ROWS });
  }

  private onData({ state, series, errors, error: single }: PanelData): void {
    if (state === LoadingState.Loading || state === LoadingState.NotStarted) {
      return;
    }
    const error = errors?.[0] ?? single;
    if (state === LoadingState.Error || error !== undefined) {
      this.fail(error);
      return;
    }
    this.answered = this.state.query?.expr;
    this.setState({
      flows: flowsFromFrames(series),
      loading: state === LoadingState.Streaming,
      error: undefined,
    });
  }
}
