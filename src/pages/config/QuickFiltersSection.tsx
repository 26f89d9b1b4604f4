import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, FieldSet, useStyles2 } from '@grafana/ui';
import { testIds } from '../../components/testIds';
import { MOST_QUICK_FILTERS, newQuickFilter, quickFilterProblems, type QuickFilterDraft } from './draft';
import { QuickFilterRow } from './QuickFilterRow';

interface Props {
  quickFilters: readonly QuickFilterDraft[];
  onChange(quickFilters: readonly QuickFilterDraft[]): void;
}

function moved(list: readonly QuickFilterDraft[], from: number, by: 1 | -1): readonly QuickFilterDraft[] {
  const next = [...list];
  const [item] = next.splice(from, 1);
  next.splice(from + by, 0, ...(item === undefined ? [] : [item]));
  return next;
}

/** Quick filters that the flow table offers to everyone besides its own. */
export function QuickFiltersSection({ quickFilters, onChange }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <FieldSet label="Quick filters">
      <p className={styles.hint}>
        Offered above the flow table, besides those that come with the app. A filter is written as in the filter bar.
        One of the same name as one of the app’s takes its place; “Hide” takes that one away.
      </p>
      <ol className={styles.list} data-testid={testIds.settings.quickFilters}>
        {quickFilters.map((draft, index) => (
          <QuickFilterRow
            key={draft.key}
            draft={draft}
            number={index + 1}
            problems={quickFilterProblems(draft, quickFilters)}
            first={index === 0}
            last={index === quickFilters.length - 1}
            onChange={(next) => onChange(quickFilters.map((other) => (other.key === draft.key ? next : other)))}
            onMove={(by) => onChange(moved(quickFilters, index, by))}
            onRemove={() => onChange(quickFilters.filter(({ key }) => key !== draft.key))}
          />
        ))}
      </ol>
      <Button
        type="button"
        variant="secondary"
        size="sm"
        icon="plus"
        disabled={quickFilters.length >= MOST_QUICK_FILTERS}
        onClick={() => onChange([...quickFilters, newQuickFilter()])}
        data-testid={testIds.settings.addQuickFilter}
      >
        Add quick filter
      </Button>
    </FieldSet>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  hint: css({ color: theme.colors.text.secondary }),
  list: css({ margin: theme.spacing(0, 0, 1), padding: 0, listStyle: 'none' }),
});
