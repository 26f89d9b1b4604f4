import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Combobox, InlineSwitch, LinkButton, RadioButtonGroup, useStyles2 } from '@grafana/ui';
import { ColumnPicker } from '../../components/flowTable/ColumnPicker';
import { testIds } from '../../components/testIds';
import { FLOW_LIMITS } from '../../data/appSettings';
import type { ColumnId } from '../../data/flowColumns';
import type { DirectionChoice, QueryOptions } from './QueryOptions';

interface Props {
  options: QueryOptions;
  /** What the table shows, in a sentence. */
  summary: string;
  loading: boolean;
  columns: readonly ColumnId[];
  exploreHref?: string;
  /** Whether there are rows to export. */
  hasRows: boolean;
  onColumns(columns: readonly ColumnId[]): void;
  onCsv(): void;
  onCancel(): void;
}

const DIRECTIONS: Array<{ value: DirectionChoice; label: string; description: string }> = [
  { value: 'both', label: 'Both', description: 'Flows in and out of nodes' },
  { value: 'ingress', label: 'Ingress', description: 'Flows that came into a node, or stayed within one' },
  { value: 'egress', label: 'Egress', description: 'Flows that went out of a node, or stayed within one' },
];

const LIMITS = FLOW_LIMITS.map((limit) => ({ value: limit, label: limit.toLocaleString('en') }));

/** What is asked besides filters, what came of it, and what can be done with the table. */
export function FlowsToolbar(props: Props) {
  const { options, summary, loading, columns, exploreHref, hasRows, onColumns, onCsv, onCancel } = props;
  const styles = useStyles2(getStyles);
  const { direction, duplicates, limit } = options.useState();
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
      <InlineSwitch
        label="Duplicates"
        showLabel
        transparent
        id="flows-duplicates"
        value={duplicates}
        onChange={(event) => options.change({ duplicates: event.currentTarget.checked })}
        data-testid={testIds.flows.duplicates}
      />
      <label htmlFor="flows-limit" className={styles.label}>
        Limit
      </label>
      <Combobox<number>
        id="flows-limit"
        options={LIMITS}
        value={limit}
        width={12}
        onChange={({ value }) => options.change({ limit: value })}
        data-testid={testIds.flows.limit}
      />
      <div className={styles.summary} role="status" aria-live="polite" data-testid={testIds.flows.summary}>
        {summary}
      </div>
      {loading && (
        <Button variant="secondary" fill="text" size="sm" icon="times" onClick={onCancel}>
          Cancel
        </Button>
      )}
      <ColumnPicker columns={columns} onChange={onColumns} />
      <Button
        variant="secondary"
        icon="download-alt"
        size="sm"
        disabled={!hasRows}
        tooltip="Rows and columns shown, as CSV"
        onClick={onCsv}
        data-testid={testIds.flows.csv}
      >
        CSV
      </Button>
      {exploreHref !== undefined && (
        <LinkButton variant="secondary" icon="compass" size="sm" href={exploreHref} target="_blank">
          Explore
        </LinkButton>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1) }),
  label: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize, margin: 0 }),
  summary: css({
    flexGrow: 1,
    textAlign: 'right',
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
});
