import { LoadingState, type PanelData, type TimeRange } from '@grafana/data';
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
import { countFlows } from '../../data/flowCount';
import { olderFlows } from '../../data/flowPager';
import { FLOW_SELECTOR, flowsQuery, type FlowsSubject } from '../../data/flowsQuery';
import { flowsFromFrames } from '../../data/frames';
import { largestFlows } from '../../data/largestFlows';
import { explainError, isAbort, type ExplainedError } from '../../data/lokiErrors';
import { labelNames } from '../../data/loki';
import { flowById } from '../../data/oneFlow';
import { findTopFlows, topFlowsQueries } from '../../data/topFlows';
import { appSettings } from '../../data/appSettings';
import { NO_FILTERS, readQuickFilters } from '../../flow';
import { DATA_SOURCE_VARIABLE } from '../dataSourceVariable';
import type { FlowTotal } from './describeFlows';
import { FlowsHistogram } from './FlowsHistogram';
import { FlowsViewComponent } from './FlowsViewComponent';
import { OpenFlow } from './OpenFlow';
import { directionsOf, QueryOptions, type FlowPick } from './QueryOptions';
import { NOTHING_SHOWN, release, takeAnswer, takeOlder, takeRefresh, type ShownFlows } from './shownFlows';
import { TableState } from './TableState';

/** How old a count may be before a refresh counts again, in ms. */
const COUNT_AGAIN_MS = 60_000;

/** Loading of older flows below the table. */
type Older = { readonly state: 'idle' | 'loading' } | { readonly state: 'failed'; readonly error: ExplainedError };

interface FlowsViewState extends SceneObjectState {
  /** Data source, time range and refresh. */
  controls: SceneObject[];
  filters: FlowFilters;
  options: QueryOptions;
  table: TableState;
  histogram: FlowsHistogram;
  open: OpenFlow;
  $data: SceneQueryRunner;
  shown: ShownFlows;
  /** True from a change that needs an answer until that answer is there. */
  loading: boolean;
  error?: ExplainedError;
  older: Older;
  /** How many flows meet the filters, where there are more than are shown. */
  total?: FlowTotal;
  /** The query whose answer is shown or awaited. */
  query?: SceneDataQuery;
  /** What the query is about, without its limit. */
  subject?: FlowsSubject;
  /** Stream labels of the data source, for links and suggestions. */
  labels: readonly string[];
}

/** What an answer answers: a refresh asks the same again. */
interface Question {
  readonly key: string;
  readonly range: TimeRange;
  readonly limit: number;
  readonly pick: FlowPick;
}

/**
 * The flow table: asks Loki whenever time range, data source, filters or options change, keeps the rows of the last
 * answer until the next one is there, and merges what a refresh brings.
 */
export class FlowsView extends SceneObjectBase<FlowsViewState> {
  static readonly Component = FlowsViewComponent;

  protected _variableDependency = new VariableDependencyConfig(this, {
    variableNames: [DATA_SOURCE_VARIABLE],
    onVariableUpdateCompleted: () => void this.load(),
  });

  /** Stops what belongs to the last question: an earlier one that still waits gives up. */
  private running = new AbortController();
  private stopOlder?: AbortController;
  private asked?: Question;
  private answered?: Question;
  private countedAt = 0;
  private atRow = false;

  constructor(controls: SceneObject[]) {
    super({
      controls,
      filters: new FlowFilters(NO_FILTERS, readQuickFilters(appSettings().quickFilters).quick),
      options: new QueryOptions(),
      table: new TableState(),
      histogram: new FlowsHistogram(),
      open: new OpenFlow(),
      // Manual: the labels have to be known before the query can be written.
      $data: new SceneQueryRunner({ queries: [], runQueriesMode: 'manual' }),
      shown: NOTHING_SHOWN,
      loading: true,
      older: { state: 'idle' },
      labels: [],
    });
    this.addActivationHandler(() => this.activateView());
  }

  /** Uid of the Loki data source chosen; empty where Grafana has none. */
  dataSourceUid(): string {
    const value = sceneGraph.lookupVariable(DATA_SOURCE_VARIABLE, this)?.getValue();
    return typeof value === 'string' ? value : '';
  }

  /** Stops what is running; the rows of the last answer stay. */
  cancel(): void {
    const { answered } = this;
    this.running.abort();
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

  /** While a person is at a row, what refreshes bring is held back. */
  hold(atRow: boolean): void {
    this.atRow = atRow;
    if (!atRow && this.state.shown.held !== undefined) {
      this.showHeld();
    }
  }

  /** Shows what was held back. */
  showHeld(): void {
    this.setState({ shown: release(this.state.shown) });
  }

  /** Loads the flows before the oldest ones shown; a running load is stopped. */
  async loadOlder(): Promise<void> {
    const { subject, shown, options } = this.state;
    if (subject === undefined || this.answered === undefined) {
      return;
    }
    this.stopOlder?.abort();
    const stop = (this.stopOlder = new AbortController());
    this.setState({ older: { state: 'loading' } });
    try {
      const page = await olderFlows(
        { uid: this.dataSourceUid(), range: this.answered.range, request: subject },
        shown.flows.rows,
        { signal: stop.signal, pageSize: options.state.limit }
      );
      if (!stop.signal.aborted) {
        this.setState({ shown: takeOlder(this.state.shown, page, page.last), older: { state: 'idle' } });
      }
    } catch (error) {
      if (this.stopOlder === stop) {
        this.setState({ older: isAbort(error) ? { state: 'idle' } : { state: 'failed', error: explainError(error) } });
      }
    }
  }

  /** Stops loading older flows. */
  cancelOlder(): void {
    this.stopOlder?.abort();
    this.setState({ older: { state: 'idle' } });
  }

  private activateView() {
    const { filters, options, $data } = this.state;
    const reload = () => void this.load();
    this._subs.add(sceneGraph.getTimeRange(this).subscribeToState(reload));
    this._subs.add(
      filters.subscribeToState((next, last) => {
        if (next.set !== last.set || next.quick !== last.quick) {
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
    this._subs.add(
      this.state.histogram.subscribeToState((next, last) => {
        if (next.measure !== last.measure) {
          this.askHistogram();
        }
      })
    );
    this._subs.add(this.state.open.subscribeToState(() => this.findOpen()));
    reload();
    return () => {
      this.running.abort();
      this.stopOlder?.abort();
    };
  }

  /** What the page is about, as its controls say. */
  private async subject(range: TimeRange): Promise<FlowsSubject> {
    const labels = await labelNames(this.dataSourceUid(), range, FLOW_SELECTOR);
    const { filters, options } = this.state;
    const { direction, duplicates } = options.state;
    return {
      set: filters.state.set,
      also: filters.also(),
      labels,
      direction: directionsOf(direction),
      duplicates,
    };
  }

  private async queries(subject: FlowsSubject, range: TimeRange, signal: AbortSignal): Promise<SceneDataQuery[]> {
    const { limit, top } = this.state.options.state;
    if (top === 'newest') {
      return [flowsQuery({ ...subject, limit })];
    }
    const volume = top === 'Bytes' ? 'bytes' : 'packets';
    const found = await findTopFlows(this.dataSourceUid(), subject, range, volume, { wanted: limit, signal });
    return topFlowsQueries(subject, found);
  }

  private async load(): Promise<void> {
    if (!this.isActive || sceneGraph.hasVariableDependencyInLoadingState(this)) {
      return;
    }
    this.running.abort();
    const { signal } = (this.running = new AbortController());
    this.setState({ loading: true });
    const { $data, options } = this.state;
    const uid = this.dataSourceUid();
    const range = sceneGraph.getTimeRange(this).state.value;
    try {
      const subject = await this.subject(range);
      if (signal.aborted || !this.isActive) {
        return;
      }
      this.setState({ subject, labels: subject.labels });
      this.askHistogram();
      const queries = await this.queries(subject, range, signal);
      if (signal.aborted || !this.isActive) {
        return;
      }
      const { limit, top } = options.state;
      const key = JSON.stringify([uid, subject, range.raw, limit, top]);
      this.asked = { key, range, limit, pick: top };
      this.setState({ query: queries[0] });
      $data.setState({ datasource: { type: 'loki', uid }, queries });
      $data.runQueries();
    } catch (error) {
      if (!signal.aborted) {
        this.fail(error);
      }
    }
  }

  private askHistogram(): void {
    const { subject, histogram } = this.state;
    if (subject !== undefined) {
      histogram.ask(this.dataSourceUid(), subject, sceneGraph.getTimeRange(this).state.value);
    }
  }

  private fail(error: unknown): void {
    // A failed refresh leaves what the same query answered before; rows of another query would mislead.
    const same = this.answered !== undefined && this.answered.key === this.asked?.key;
    this.setState({ loading: false, error: explainError(error), shown: same ? this.state.shown : NOTHING_SHOWN });
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
    const { asked } = this;
    if (asked === undefined) {
      return;
    }
    const { limit, pick } = asked;
    const found = flowsFromFrames(series);
    const answer = pick === 'newest' ? found : largestFlows(found, pick, limit);
    const refresh = pick === 'newest' && this.answered?.key === asked.key;
    const shown = refresh
      ? takeRefresh(this.state.shown, answer, {
          limit,
          fromMs: asked.range.from.valueOf(),
          hold: this.atRow,
        })
      : takeAnswer(answer, limit, pick);
    this.answered = asked;
    this.setState({
      shown,
      loading: state === LoadingState.Streaming,
      error: undefined,
      ...(refresh ? {} : { older: { state: 'idle' } }),
    });
    void this.count(asked, refresh);
    this.findOpen();
  }

  /** Counts the flows of the range where there are more than are shown. */
  private async count({ range }: Question, refresh: boolean): Promise<void> {
    const { subject, shown } = this.state;
    if (!refresh) {
      this.setState({ total: undefined });
    }
    const all = shown.complete && shown.pick === 'newest';
    if (subject === undefined || all || (refresh && Date.now() - this.countedAt < COUNT_AGAIN_MS)) {
      return;
    }
    this.countedAt = Date.now();
    const { signal } = this.running;
    try {
      const total = await countFlows(this.dataSourceUid(), subject, range, signal);
      if (!signal.aborted) {
        this.setState({ total });
      }
    } catch (error) {
      if (signal.aborted) {
        this.countedAt = 0;
      } else {
        this.setState({ total: { kind: 'unknown', why: explainError(error).title } });
      }
    }
  }

  /** Takes the flow that the address names from the rows; from Loki where it is not among them. */
  private findOpen(): void {
    const { open, shown, loading } = this.state;
    open.find(shown.flows.rows);
    if (open.state.finding === 'looking' && !loading) {
      void open.ask((id) => flowById(this.dataSourceUid(), id));
    }
  }
}
