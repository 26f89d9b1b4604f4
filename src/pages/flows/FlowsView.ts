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
import { olderFlows, smallerPage } from '../../data/flowPager';
import type { FlowsSubject } from '../../data/flowsQuery';
import { flowsFromFrames } from '../../data/frames';
import { largestFlows } from '../../data/largestFlows';
import { explainError, isAbort, type ExplainedError } from '../../data/lokiErrors';
import { flowById } from '../../data/oneFlow';
import { MOST_FLOWS } from '../../data/topFlows';
import { appSettings } from '../../data/appSettings';
import { NO_FILTERS, readQuickFilters } from '../../flow';
import { DATA_SOURCE_VARIABLE } from '../dataSourceVariable';
import { PendingQuestion } from '../PendingQuestion';
import type { FlowTotal } from './describeFlows';
import { FlowCounter } from './FlowCounter';
import { FlowsHistogram } from './FlowsHistogram';
import { FlowsViewComponent } from './FlowsViewComponent';
import { OpenFlow } from './OpenFlow';
import { questionOf, questionQueries, subjectOf, type AskedQuestion, type Question } from './question';
import { QueryOptions } from './QueryOptions';
import {
  NOTHING_SHOWN,
  partAsAnswer,
  release,
  takeAnswer,
  takeOlder,
  takePart,
  takeRefresh,
  type ShownFlows,
} from './shownFlows';
import { TableState } from './TableState';

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

  /** The question that waits for its answer, from the change that asks it on. */
  private readonly pending = new PendingQuestion();
  private stopOlder?: AbortController;
  /** The question whose answer the query runner will bring; what comes while there is none is of an earlier one. */
  private asked?: AskedQuestion;
  /** The question whose answer is shown. */
  private answered?: AskedQuestion;
  /** The question of whose answer the newest part is shown, while more of it is awaited. */
  private partOf?: AskedQuestion;
  /** How many lines a data source was found to return at most, where fewer than usual. */
  private mostLines?: { readonly uid: string; readonly lines: number };
  private readonly counter = new FlowCounter((total) => this.setState({ total }));
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

  /** Stops what is running; the rows that are there stay. */
  cancel(): void {
    const below = this.partOf === undefined ? 'the last answer' : 'what had come until then';
    this.stop();
    const rows = this.state.shown.flows.rows.length > 0;
    this.setState({
      loading: false,
      error: {
        title: 'The query was cancelled',
        remedy: `${rows ? `Below is ${below}. ` : ''}Ask again when you are ready.`,
      },
    });
  }

  /** Asks again, labels included. */
  retry(): void {
    this.stop();
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
    const { answered } = this;
    const { shown, options } = this.state;
    if (answered === undefined) {
      return;
    }
    const { uid, range, subject } = answered;
    this.stopOlder?.abort();
    const stop = (this.stopOlder = new AbortController());
    const end = shown.flows.rows.at(-1);
    this.setState({ older: { state: 'loading' } });
    try {
      const page = await olderFlows({ uid, range, request: subject }, shown.flows.rows, {
        signal: stop.signal,
        pageSize: options.state.limit,
      });
      if (stop.signal.aborted) {
        return;
      }
      // A refresh may have brought so many flows that the list ends elsewhere: the page would leave a gap.
      const follows = release(this.state.shown).flows.rows.at(-1) === end;
      this.setState({
        older: { state: 'idle' },
        ...(follows && { shown: takeOlder(this.state.shown, page, page.last) }),
      });
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
      this.stop();
      this.stopOlder?.abort();
      this.counter.stop();
      this.atRow = false;
    };
  }

  /**
   * Stops the question that waits for its answer; what the query runner says of it from now on is passed over. Of what
   * has come in parts, those that are there are taken for the answer: older flows can be loaded after them.
   */
  private stop(): void {
    const { partOf } = this;
    this.pending.stop();
    this.asked = undefined;
    this.partOf = undefined;
    // The runner reports the rows that it has once more.
    this.state.$data.cancelQuery();
    if (partOf !== undefined) {
      this.answered = partOf;
      this.setState({ shown: partAsAnswer(this.state.shown) });
    }
  }

  private async load(): Promise<void> {
    if (!this.isActive || sceneGraph.hasVariableDependencyInLoadingState(this)) {
      return;
    }
    const { $data, filters, options, open } = this.state;
    const question = questionOf(this, filters, options);
    if (this.pending.isAwaited(question.key)) {
      return;
    }
    const { uid } = question;
    this.stop();
    const signal = this.pending.begin(question.key);
    if (this.answered?.key !== question.key) {
      this.cancelOlder();
      // Neither the first rows of the next answer nor its export are to be taken for so many.
      this.counter.reset();
    }
    if (this.answered?.uid !== uid || open.state.error !== undefined) {
      open.again();
    }
    this.setState({ loading: true });
    try {
      const subject = await subjectOf(question, filters, options);
      if (signal.aborted) {
        return;
      }
      this.setState({ subject, labels: subject.labels });
      this.askHistogram();
      const asked = { ...question, subject };
      const queries = await questionQueries(asked, { mostLines: this.mostLinesOf(uid), signal });
      if (signal.aborted) {
        return;
      }
      this.asked = asked;
      this.setState({ query: queries[0] });
      $data.setState({ datasource: { type: 'loki', uid }, queries });
      $data.runQueries();
    } catch (error) {
      if (!signal.aborted) {
        this.fail(error, question);
      }
    }
  }

  private askHistogram(): void {
    const { subject, histogram } = this.state;
    if (subject !== undefined) {
      histogram.ask(this.dataSourceUid(), subject, sceneGraph.getTimeRange(this).state.value);
    }
  }

  private fail(error: unknown, question: Question): void {
    this.stop();
    // What the same query answered before stays; rows of another one would mislead.
    const stays = this.answered?.key === question.key;
    this.setState({ loading: false, error: explainError(error), shown: stays ? this.state.shown : NOTHING_SHOWN });
    this.findOpen();
  }

  private mostLinesOf(uid: string): number {
    return this.mostLines?.uid === uid ? this.mostLines.lines : MOST_FLOWS;
  }

  /** Asks for the largest flows again in fewer lines, where that is what an error leaves hope for. */
  private askSmaller(error: unknown, { uid, limit, pick }: Question): boolean {
    const lines = pick === 'newest' ? undefined : smallerPage(error, this.mostLinesOf(uid));
    if (lines === undefined || lines < limit) {
      return false;
    }
    this.mostLines = { uid, lines };
    this.retry();
    return true;
  }

  private onData({ state, series, errors, error: single }: PanelData): void {
    const { asked } = this;
    if (asked === undefined || state === LoadingState.Loading || state === LoadingState.NotStarted) {
      return;
    }
    const error = errors?.[0] ?? single;
    if (state === LoadingState.Error || error !== undefined) {
      if (!this.askSmaller(error, asked)) {
        this.fail(error, asked);
      }
      return;
    }
    const { key, limit, pick } = asked;
    const refresh = pick === 'newest' && this.answered?.key === key;
    // Grafana asks Loki for one day after the other, the newest first, and reports each.
    if (state === LoadingState.Streaming) {
      if (pick === 'newest' && !refresh) {
        this.answered = undefined;
        this.partOf = asked;
        this.setState({ shown: takePart(flowsFromFrames(series)), error: undefined });
        this.findOpen();
      }
      return;
    }
    const found = flowsFromFrames(series);
    const answer = pick === 'newest' ? found : largestFlows(found, pick, limit);
    const shown = refresh
      ? takeRefresh(this.state.shown, answer, { limit, fromMs: asked.range.from.valueOf(), hold: this.atRow })
      : takeAnswer(answer, limit, pick);
    this.pending.end();
    this.partOf = undefined;
    this.answered = asked;
    if (!refresh) {
      this.counter.reset();
    }
    this.setState({ shown, loading: false, error: undefined });
    if (!shown.complete || shown.pick !== 'newest') {
      void this.counter.count(asked);
    }
    this.findOpen();
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
