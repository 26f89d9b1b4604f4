import React from 'react';
import { FieldType, getDefaultTimeRange, LoadingState, toDataFrame, type TimeRange } from '@grafana/data';
import {
  PanelBuilders,
  SceneDataNode,
  SceneObjectBase,
  type SceneComponentProps,
  type SceneObjectState,
  type VizPanel,
} from '@grafana/scenes';
import { GraphDrawStyle, LegendDisplayMode, StackingMode, TooltipDisplayMode } from '@grafana/schema';
import { css } from '@emotion/css';
import { useStyles2 } from '@grafana/ui';
import type { MetricSeries } from '../../data/lokiMetrics';
import type { CourseAnswer } from '../../data/plan/answerCourse';
import { totalsOf } from './hourGrid';

interface CourseChartState extends SceneObjectState {
  panel: VizPanel;
}

const isInside = (type: string | undefined) => (type ?? '') !== '';

/** The ways that traffic goes, in the order in which they are stacked. */
const WAYS = [
  { name: 'Inside', color: 'blue', of: (from: boolean, to: boolean) => from && to },
  { name: 'In', color: 'green', of: (from: boolean, to: boolean) => !from && to },
  { name: 'Out', color: 'orange', of: (from: boolean, to: boolean) => from && !to },
  { name: 'Outside only', color: 'purple', of: (from: boolean, to: boolean) => !from && !to },
] as const;

/** The rates of each way that has traffic, at the middle of each step. */
export function courseFrames({ series, plan }: CourseAnswer) {
  const { stepMs, span } = plan;
  const steps = Math.max(0, Math.floor((span.toMs - span.fromMs) / stepMs));
  const ends = Array.from({ length: steps }, (_, index) => span.fromMs + (index + 1) * stepMs);
  return WAYS.flatMap(({ name, color, of }) => {
    const own = series.filter(({ labels }: MetricSeries) =>
      of(isInside(labels.SrcK8S_Type), isInside(labels.DstK8S_Type))
    );
    const totals = totalsOf(own);
    if (totals.size === 0) {
      return [];
    }
    return [
      toDataFrame({
        refId: name,
        fields: [
          {
            name: 'Time',
            type: FieldType.time,
            config: { interval: stepMs },
            values: ends.map((end) => end - stepMs / 2),
          },
          {
            name,
            type: FieldType.number,
            config: { unit: 'Bps', displayName: name, color: { mode: 'fixed', fixedColor: color } },
            values: ends.map((end) => (totals.get(end) ?? 0) / (stepMs / 1000)),
          },
        ],
      }),
    ];
  });
}

function areaPanel(): VizPanel {
  return PanelBuilders.timeseries()
    .setTitle('')
    .setHoverHeader(true)
    .setDisplayMode('transparent')
    .setData(
      new SceneDataNode({ data: { state: LoadingState.NotStarted, series: [], timeRange: getDefaultTimeRange() } })
    )
    .setOption('legend', { showLegend: true, displayMode: LegendDisplayMode.List, placement: 'bottom', calcs: [] })
    .setOption('tooltip', { mode: TooltipDisplayMode.Multi })
    .setCustomFieldConfig('drawStyle', GraphDrawStyle.Bars)
    .setCustomFieldConfig('stacking', { mode: StackingMode.Normal, group: 'ways' })
    .setCustomFieldConfig('fillOpacity', 70)
    .setCustomFieldConfig('lineWidth', 0)
    .setCustomFieldConfig('barWidthFactor', 0.85)
    .setMin(0)
    .build();
}

function CourseChartComponent({ model }: SceneComponentProps<CourseChart>) {
  const styles = useStyles2(getStyles);
  const { panel } = model.useState();
  return (
    <div className={styles.chart}>
      <panel.Component model={panel} />
    </div>
  );
}

/** The chart of traffic over time; dragging over it chooses a time range. */
export class CourseChart extends SceneObjectBase<CourseChartState> {
  static readonly Component = CourseChartComponent;

  constructor() {
    super({ panel: areaPanel() });
  }

  /** Draws an answer. */
  show(course: CourseAnswer, range: TimeRange): void {
    (this.state.panel.state.$data as SceneDataNode).setState({
      data: { state: LoadingState.Done, series: courseFrames(course), timeRange: range },
    });
  }
}

const getStyles = () => ({
  // As high before the answer as after it.
  chart: css({ height: 200, '& > *': { height: '100%' } }),
});
