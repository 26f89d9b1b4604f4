import { FieldType, getDefaultTimeRange, LoadingState, toDataFrame, type TimeRange } from '@grafana/data';
import {
  PanelBuilders,
  SceneDataNode,
  SceneObjectBase,
  SceneObjectUrlSyncConfig,
  type SceneObjectState,
  type SceneObjectUrlValues,
  type VizPanel,
} from '@grafana/scenes';
import { GraphDrawStyle, TooltipDisplayMode } from '@grafana/schema';
import type { FlowsSubject } from '../../data/flowsQuery';
import { flowHistogram, type HistogramBucket } from '../../data/histogram';
import { explainError, type ExplainedError } from '../../data/lokiErrors';
import { roundStep, type Measure } from '../../flow';
import { FlowsHistogramComponent } from './FlowsHistogramComponent';

/** What the chart above the table adds up; `off` hides it. */
export type HistogramMeasure = Measure | 'off';

interface FlowsHistogramState extends SceneObjectState {
  measure: HistogramMeasure;
  panel: VizPanel;
  loading: boolean;
  error?: ExplainedError;
}

/** Bars that there is room for, from a small window to a wide one. */
const MOST_BARS = 120;

const UNITS: Readonly<Record<Measure, string>> = { flows: 'short', bytes: 'decbytes', packets: 'short' };
const TITLES: Readonly<Record<Measure, string>> = { flows: 'Flows', bytes: 'Bytes', packets: 'Packets' };
const MEASURES: readonly HistogramMeasure[] = ['flows', 'bytes', 'packets', 'off'];

function barPanel(): VizPanel {
  return PanelBuilders.timeseries()
    .setTitle('')
    .setHoverHeader(true)
    .setDisplayMode('transparent')
    .setData(
      new SceneDataNode({ data: { state: LoadingState.NotStarted, series: [], timeRange: getDefaultTimeRange() } })
    )
    .setOption('legend', { showLegend: false })
    .setOption('tooltip', { mode: TooltipDisplayMode.Single })
    .setCustomFieldConfig('drawStyle', GraphDrawStyle.Bars)
    .setCustomFieldConfig('fillOpacity', 70)
    .setCustomFieldConfig('lineWidth', 0)
    .setCustomFieldConfig('barWidthFactor', 0.85)
    .setMin(0)
    .build();
}

/**
 * The chart above the table: the flows that the table's filters find, added up over the time range. Dragging over it
 * chooses a time range. Kept in the URL as `histogram`.
 */
export class FlowsHistogram extends SceneObjectBase<FlowsHistogramState> {
  static readonly Component = FlowsHistogramComponent;

  protected _urlSync = new SceneObjectUrlSyncConfig(this, { keys: ['histogram'] });

  private stop?: AbortController;
  /** The question whose answer is shown or awaited. */
  private asked = '';
  /** The one that is awaited, the same for its refreshes. */
  private awaited = '';

  constructor() {
    super({ measure: 'flows', panel: barPanel(), loading: false });
    this.addActivationHandler(() => () => {
      this.stop?.abort();
      this.asked = '';
      this.awaited = '';
    });
  }

  getUrlState(): SceneObjectUrlValues {
    const { measure } = this.state;
    return { histogram: measure === 'flows' ? undefined : measure };
  }

  updateFromUrl({ histogram }: SceneObjectUrlValues): void {
    this.setState({ measure: MEASURES.find((measure) => measure === histogram) ?? 'flows' });
  }

  /** Takes another measure; the address follows, as one step of the browser's history. */
  change(measure: HistogramMeasure): void {
    this._urlSync.performBrowserHistoryAction(() => this.setState({ measure }));
  }

  /** Asks for the sums of a subject; another question that still runs is stopped, the same one is let run. */
  ask(uid: string, subject: FlowsSubject, range: TimeRange): void {
    const { measure } = this.state;
    const asked = JSON.stringify([uid, subject, measure, range.from.valueOf(), range.to.valueOf()]);
    const awaited = JSON.stringify([uid, subject, measure, range.raw]);
    if (asked === this.asked || awaited === this.awaited) {
      return;
    }
    this.stop?.abort();
    this.asked = asked;
    this.awaited = measure === 'off' ? '' : awaited;
    if (measure !== 'off') {
      void this.load(uid, subject, range, measure);
    }
  }

  private async load(uid: string, subject: FlowsSubject, range: TimeRange, measure: Measure): Promise<void> {
    const { signal } = (this.stop = new AbortController());
    this.setState({ loading: true });
    try {
      const stepMs = roundStep(range.to.valueOf() - range.from.valueOf(), MOST_BARS);
      const buckets = await flowHistogram(uid, subject, range, measure, stepMs, signal);
      if (!signal.aborted) {
        this.awaited = '';
        this.show(buckets, stepMs, range, measure);
      }
    } catch (error) {
      if (!signal.aborted) {
        this.asked = '';
        this.awaited = '';
        this.setState({ loading: false, error: explainError(error) });
      }
    }
  }

  private show(buckets: readonly HistogramBucket[], stepMs: number, range: TimeRange, measure: Measure): void {
    const { panel } = this.state;
    const frame = toDataFrame({
      refId: 'histogram',
      fields: [
        {
          name: 'Time',
          type: FieldType.time,
          config: { interval: stepMs },
          values: buckets.map(({ fromMs, toMs }) => (fromMs + toMs) / 2),
        },
        {
          name: TITLES[measure],
          type: FieldType.number,
          config: { unit: UNITS[measure], displayName: TITLES[measure] },
          values: buckets.map(({ value }) => value),
        },
      ],
    });
    (panel.state.$data as SceneDataNode).setState({
      data: { state: LoadingState.Done, series: [frame], timeRange: range },
    });
    this.setState({ loading: false, error: undefined });
  }
}
