import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import type { SceneComponentProps } from '@grafana/scenes';
import { RadioButtonGroup, useStyles2 } from '@grafana/ui';
import { testIds } from '../../components/testIds';
import type { FlowsHistogram, HistogramMeasure } from './FlowsHistogram';

const MEASURES: Array<{ value: HistogramMeasure; label: string; description: string }> = [
  { value: 'flows', label: 'Flows', description: 'Chart of how many flows ended' },
  { value: 'bytes', label: 'Bytes', description: 'Chart of the bytes of the flows that ended' },
  { value: 'packets', label: 'Packets', description: 'Chart of the packets of the flows that ended' },
  { value: 'off', label: 'No chart', description: 'More room for the table' },
];

/** What the chart above the table adds up. */
export function HistogramMeasures({ model }: { model: FlowsHistogram }) {
  const { measure } = model.useState();
  return (
    <div data-testid={testIds.flows.histogramMeasure}>
      <RadioButtonGroup
        aria-label="Chart above the table"
        size="sm"
        options={MEASURES}
        value={measure}
        onChange={(value) => model.change(value)}
      />
    </div>
  );
}

/** The chart above the table. Dragging over it chooses a time range. */
export function FlowsHistogramComponent({ model }: SceneComponentProps<FlowsHistogram>) {
  const styles = useStyles2(getStyles);
  const { measure, panel, loading, error } = model.useState();
  if (measure === 'off') {
    return null;
  }
  return (
    <section
      className={styles.chart}
      aria-label="Flows over time"
      aria-busy={loading}
      data-testid={testIds.flows.histogram}
    >
      {error === undefined ? (
        <panel.Component model={panel} />
      ) : (
        <span className={styles.error} role="alert" title={error.said}>
          {error.title}. {error.remedy}
        </span>
      )}
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  // As high before the answer as after it.
  chart: css({ position: 'relative', height: 96, '& > *': { height: '100%' } }),
  error: css({ color: theme.colors.error.text, fontSize: theme.typography.bodySmall.fontSize }),
});
