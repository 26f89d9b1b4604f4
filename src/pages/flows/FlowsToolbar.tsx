import React, { memo, type ReactNode } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Combobox, RadioButtonGroup, Switch, useStyles2 } from '@grafana/ui';
import { testIds } from '../../components/testIds';
import { FLOW_LIMITS } from '../../data/appSettings';
import type { DirectionChoice, FlowPick, QueryOptions } from './QueryOptions';

interface Props {
  options: QueryOptions;
  /** What can be done with the table: columns, density, views, export. */
  children: ReactNode;
}

interface StatusProps {
  /** What the table shows, in a sentence. */
  summary: string;
  loading: boolean;
  /** How many new flows wait until the pointer leaves the rows. */
  held: number;
  onCancel(): void;
  onShowHeld(): void;
}

const DIRECTIONS: Array<{ value: DirectionChoice; label: string; description: string }> = [
  { value: 'both', label: 'Both', description: 'Flows in and out of nodes' },
  { value: 'ingress', label: 'Ingress', description: 'Flows that came into a node, or stayed within one' },
  { value: 'egress', label: 'Egress', description: 'Flows that went out of a node, or stayed within one' },
];

const PICKS: Array<{ value: FlowPick; label: string; description: string }> = [
  { value: 'newest', label: 'Newest flows', description: 'Sorting is over the flows loaded' },
  { value: 'Bytes', label: 'Top by bytes', description: 'The largest flows of the whole time range' },
  { value: 'Packets', label: 'Top by packets', description: 'Those with the most packets in the whole time range' },
];

const LIMITS = FLOW_LIMITS.map((limit) => ({ value: limit, label: limit.toLocaleString('en') }));

/** What is asked besides filters, and what can be done with the table. */
export const FlowsToolbar = memo(function FlowsToolbar({ options, children }: Props) {
  const styles = useStyles2(getStyles);
  const { direction, duplicates, limit, top } = options.useState();
  return (
    <div className={styles.bar}>
      <div data-testid={testIds.flows.direction}>
        <RadioButtonGroup
          aria-label="Direction"
          size="sm"
          options={DIRECTIONS}
          value={direction}
          onChange={(value) => options.change({ direction: value })}
        />
      </div>
      <label htmlFor="flows-duplicates" className={styles.label}>
        Duplicates
      </label>
      <Switch
        id="flows-duplicates"
        value={duplicates}
        onChange={(event) => options.change({ duplicates: event.currentTarget.checked })}
        data-testid={testIds.flows.duplicates}
      />
      <label htmlFor="flows-top" className={styles.label}>
        Load
      </label>
      <Combobox<FlowPick>
        id="flows-top"
        options={PICKS}
        value={top}
        width={18}
        onChange={({ value }) => options.change({ top: value })}
        data-testid={testIds.flows.top}
      />
      <label htmlFor="flows-limit" className={styles.label}>
        Limit
      </label>
      <Combobox<number>
        id="flows-limit"
        options={LIMITS}
        value={limit}
        width={11}
        onChange={({ value }) => options.change({ limit: value })}
        data-testid={testIds.flows.limit}
      />
      <div className={styles.actions}>{children}</div>
    </div>
  );
});

/** What came of the question, in a line that is as high whatever it says: the table below must not move. */
export function FlowsStatus({ summary, loading, held, onCancel, onShowHeld }: StatusProps) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.status}>
      <div role="status" aria-live="polite" data-testid={testIds.flows.summary}>
        {summary}
      </div>
      {held > 0 && (
        <Button
          variant="primary"
          fill="outline"
          size="sm"
          tooltip="New flows wait while the pointer is on a row"
          onClick={onShowHeld}
          data-testid={testIds.flows.held}
        >
          {held.toLocaleString('en')} new
        </Button>
      )}
      {loading && (
        <Button variant="secondary" fill="text" size="sm" icon="times" onClick={onCancel}>
          Cancel
        </Button>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1), minHeight: 32 }),
  label: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize, margin: 0 }),
  status: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    height: theme.spacing(theme.components.height.sm),
    whiteSpace: 'nowrap',
    overflow: 'hidden',
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    fontVariantNumeric: 'tabular-nums',
  }),
  actions: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1),
    marginLeft: 'auto',
  }),
});
