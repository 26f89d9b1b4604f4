import {
  sceneGraph,
  SceneObjectBase,
  VariableDependencyConfig,
  type SceneObject,
  type SceneObjectState,
} from '@grafana/scenes';
import { FlowFilters } from '../../components/filters/FlowFilters';
import { appSettings } from '../../data/appSettings';
import { explainError, type ExplainedError } from '../../data/lokiErrors';
import { answerCourse, planCourse, type CourseAnswer } from '../../data/plan/answerCourse';
import { answerTops, type TopsAnswer } from '../../data/plan/answerTops';
import { planSource } from '../../data/plan/planSource';
import { NO_FILTERS, readQuickFilters } from '../../flow';
import type { PlanSource, SeriesPlan, TimeSpan } from '../../flow/plan';
import { DATA_SOURCE_VARIABLE } from '../dataSourceVariable';
import { PendingQuestion, timeKey } from '../PendingQuestion';
import {
  courseView,
  hasPeriodBefore,
  periodBefore,
  questionsOf,
  topsRequests,
  untilNow,
  type NamedPageFilters,
  type PageFilters,
} from './asking';
import { CourseChart } from './CourseChart';
import { OverviewOptions } from './OverviewOptions';
import { OverviewViewComponent } from './OverviewViewComponent';
import { PANELS } from './panels';
import type { Ask, PanelRecipe } from './recipe';
import { scopeSet } from './scope';

/** One answer, or why there is none. */
export type Outcome<T> = { readonly answer: T } | { readonly error: ExplainedError };

/** Answers to asks, of one period. */
export type TopsOutcomes = ReadonlyMap<Ask, Outcome<TopsAnswer>>;

interface OverviewViewState extends SceneObjectState {
  /** Data source, time range and refresh. */
  controls: SceneObject[];
  filters: FlowFilters;
  options: OverviewOptions;
  /** Answers of the time range; those to an earlier question until the next are there. */
  now: TopsOutcomes;
  before: TopsOutcomes;
  course?: Outcome<CourseAnswer>;
  chart: CourseChart;
  /** What the answers are of. */
  span?: TimeSpan;
  /** True from a change that needs answers until all are there. */
  loading: boolean;
  /** Why nothing could be asked. */
  error?: ExplainedError;
  source?: PlanSource;
}

/** What the answers shown, or awaited, are to: other answers must not stay while these are on their way. */
interface Question {
  readonly key: string;
  /** What is wanted of them: the same question for other panels is another. */
  readonly wanted: string;
  readonly uid: string;
  readonly span: TimeSpan;
  readonly filters: PageFilters;
  readonly panels: readonly PanelRecipe[];
  readonly compare: boolean;
}

/** The overview: asks what all its panels need together, whenever time range, data source, filters or options change. */
export class OverviewView extends SceneObjectBase<OverviewViewState> {
  static readonly Component = OverviewViewComponent;

  protected _variableDependency = new VariableDependencyConfig(this, {
    variableNames: [DATA_SOURCE_VARIABLE],
    onVariableUpdateCompleted: () => void this.load(),
  });

  private readonly pending = new PendingQuestion();
  private answered = '';

  constructor(controls: SceneObject[]) {
    super({
      controls,
      filters: new FlowFilters(NO_FILTERS, readQuickFilters(appSettings().quickFilters).quick),
      options: new OverviewOptions(),
      chart: new CourseChart(),
      now: new Map(),
      before: new Map(),
      loading: true,
    });
    this.addActivationHandler(() => this.activateView());
  }

  /** Uid of the Loki data source chosen; empty where Grafana has none. */
  dataSourceUid(): string {
    const value = sceneGraph.lookupVariable(DATA_SOURCE_VARIABLE, this)?.getValue();
    return typeof value === 'string' ? value : '';
  }

  /** What the page's controls say of flows. */
  pageFilters(): NamedPageFilters {
    const { filters, options } = this.state;
    const { set, quick } = filters.state;
    const { scope } = options.state;
    const also = [...filters.also(), ...(scope === undefined ? [] : [scopeSet(scope)])];
    return { set, also, quick, ...(scope !== undefined && { scope }) };
  }

  /** Whether figures are compared: they are to be, and the period before is there, as far as that is known yet. */
  isCompared(): boolean {
    const { options, source, span } = this.state;
    return options.state.compare && (source === undefined || span === undefined || hasPeriodBefore(source, span));
  }

  /** Asks again. */
  retry(): void {
    this.pending.stop();
    void this.load();
  }

  /** Stops what is running; what was answered stays. */
  cancel(): void {
    this.pending.stop();
    this.setState({ loading: false });
  }

  private activateView() {
    const { filters, options } = this.state;
    const reload = () => void this.load();
    this._subs.add(sceneGraph.getTimeRange(this).subscribeToState(reload));
    this._subs.add(
      filters.subscribeToState((next, last) => {
        if (next.set !== last.set || next.quick !== last.quick) {
          reload();
        }
      })
    );
    this._subs.add(
      options.subscribeToState((next, last) => {
        // In another order, or with one less, the panels show what is there.
        const more = next.panels.some((id) => !last.panels.includes(id));
        if (more || next.compare !== last.compare || next.scope !== last.scope) {
          reload();
        }
      })
    );
    reload();
    return () => this.pending.stop();
  }

  private question(): Question {
    const { compare, panels } = this.state.options.state;
    const { from, to } = sceneGraph.getTimeRange(this).state.value;
    const uid = this.dataSourceUid();
    const { set, also } = this.pageFilters();
    const page = { set, also };
    // A refresh asks the same of a later moment: what was answered stays until then.
    const key = JSON.stringify([uid, page, ...timeKey(this)]);
    return {
      key,
      wanted: JSON.stringify([key, panels, compare]),
      uid,
      span: untilNow({ fromMs: from.valueOf(), toMs: to.valueOf() }, Date.now()),
      filters: page,
      panels: panels.flatMap((id) => PANELS.find((panel) => panel.id === id) ?? []),
      compare,
    };
  }

  private async load(): Promise<void> {
    if (!this.isActive || sceneGraph.hasVariableDependencyInLoadingState(this)) {
      return;
    }
    const question = this.question();
    if (this.pending.isAwaited(question.wanted)) {
      return;
    }
    const signal = this.pending.begin(question.wanted);
    if (question.key !== this.answered) {
      this.setState({ now: new Map(), before: new Map(), course: undefined });
    }
    this.answered = question.key;
    this.setState({ loading: true, error: undefined, span: question.span });
    try {
      await this.ask(question, signal);
    } catch (error) {
      if (!signal.aborted) {
        this.setState({ error: explainError(error) });
      }
    }
    if (!signal.aborted) {
      this.pending.end();
      this.setState({ loading: false });
    }
  }

  private async ask(question: Question, signal: AbortSignal): Promise<void> {
    const { uid, span, filters, panels, compare } = question;
    const whole = compare ? { ...span, fromMs: periodBefore(span).fromMs } : span;
    const source = await planSource(uid, whole, Date.now(), signal);
    if (signal.aborted) {
      return;
    }
    this.setState({ source });
    const asked = questionsOf(panels, filters, span, compare && hasPeriodBefore(source, span));
    const take = (index: number, outcome: Outcome<TopsAnswer>) => {
      const { ask, period } = asked[index]!;
      if (!signal.aborted) {
        this.setState({ [period]: new Map([...this.state[period], [ask, outcome]]) });
      }
    };
    const plan = panels.some(({ course }) => course === true)
      ? planCourse(source, courseView(filters), span)
      : undefined;
    await Promise.all([
      answerTops({ uid, source, requests: topsRequests(source, plan?.queries.length ?? 0), signal }, asked, {
        onAnswer: (index, answer) => take(index, { answer }),
        onFailure: (indices, error) => indices.forEach((index) => take(index, { error: explainError(error) })),
      }),
      ...(plan === undefined ? [] : [this.askCourse(uid, plan, signal)]),
    ]);
  }

  private async askCourse(uid: string, plan: SeriesPlan, signal: AbortSignal): Promise<void> {
    let course: Outcome<CourseAnswer>;
    try {
      course = { answer: await answerCourse({ uid, signal }, plan) };
    } catch (error) {
      course = { error: explainError(error) };
    }
    if (!signal.aborted) {
      if ('answer' in course) {
        this.state.chart.show(course.answer, sceneGraph.getTimeRange(this).state.value);
      }
      this.setState({ course });
    }
  }
}
