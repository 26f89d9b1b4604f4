import React, { useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, InlineSwitch, RadioButtonGroup, useStyles2 } from '@grafana/ui';
import { formatFilter, swapSides, type Filter, type FilterField, type FilterSet, type FilterSide } from '../../flow';
import { testIds } from '../testIds';
import { FilterChip } from './FilterChip';
import { FilterEditor } from './FilterEditor';
import { FilterInput } from './FilterInput';

/** Values to offer for a field; never rejects. */
export type SuggestValues = (field: FilterField, side: FilterSide | undefined) => Promise<readonly string[]>;

interface Props {
  set: FilterSet;
  /** What of the address could not be understood. */
  problems: readonly string[];
  /** Must be the same function from one rendering to the next, as long as it offers the same. */
  suggest: SuggestValues;
  onChange(set: FilterSet): void;
}

const MATCHES: Array<{ value: FilterSet['match']; label: string; description: string }> = [
  { value: 'all', label: 'Match all', description: 'Flows that meet every filter' },
  { value: 'any', label: 'Match any', description: 'Flows that meet at least one filter' },
];

/** Adds filters that are not there yet. */
function withFilters(set: FilterSet, added: readonly Filter[]): FilterSet {
  const known = new Set(set.filters.map(formatFilter));
  return { ...set, filters: [...set.filters, ...added.filter((filter) => !known.has(formatFilter(filter)))] };
}

/** Which filter is in the editor: one of the set by its position, or a new one. */
type Editing = number | 'new' | undefined;

/** The filters of a page: a text to type them, the editor, a chip each, and how they join. */
export function FilterBar({ set, problems, suggest, onChange }: Props) {
  const styles = useStyles2(getStyles);
  const [editing, setEditing] = useState<Editing>();
  const { filters, match, bidirectional } = set;

  const replace = (index: number, filter: Filter) =>
    onChange({ ...set, filters: filters.map((old, at) => (at === index ? filter : old)) });
  const remove = (index: number) => {
    setEditing(undefined);
    onChange({ ...set, filters: filters.filter((_, at) => at !== index) });
  };
  const apply = (filter: Filter) => {
    if (typeof editing === 'number') {
      replace(editing, filter);
    } else {
      onChange(withFilters(set, [filter]));
    }
    setEditing(undefined);
  };

  return (
    <div className={styles.bar} role="search" aria-label="Filters" data-testid={testIds.filters.bar}>
      <div className={styles.line}>
        <FilterInput suggest={suggest} onAdd={(added) => onChange(withFilters(set, added))} />
        <Button
          variant="secondary"
          icon="plus"
          onClick={() => setEditing(editing === 'new' ? undefined : 'new')}
          aria-expanded={editing === 'new'}
          data-testid={testIds.filters.add}
        >
          Add filter
        </Button>
        <div data-testid={testIds.filters.match}>
          <RadioButtonGroup
            aria-label="How filters join"
            options={MATCHES}
            value={match}
            onChange={(value) => onChange({ ...set, match: value })}
          />
        </div>
        <InlineSwitch
          label="Both ways"
          showLabel
          id="filters-bidirectional"
          value={bidirectional}
          onChange={(event) => onChange({ ...set, bidirectional: event.currentTarget.checked })}
          data-testid={testIds.filters.bidirectional}
        />
        <Button
          variant="secondary"
          icon="exchange-alt"
          tooltip="Swap source and destination in all filters"
          aria-label="Swap source and destination in all filters"
          disabled={filters.length === 0}
          onClick={() => onChange(swapSides(set))}
          data-testid={testIds.filters.swap}
        />
      </div>
      {editing !== undefined && (
        <FilterEditor
          key={editing}
          filter={typeof editing === 'number' ? filters[editing] : undefined}
          suggest={suggest}
          onApply={apply}
          onCancel={() => setEditing(undefined)}
        />
      )}
      {problems.length > 0 && (
        <div role="alert" className={styles.problem} data-testid={testIds.filters.problem}>
          The address held filters that cannot be understood. {problems.join('. ')}
        </div>
      )}
      {filters.length > 0 && (
        <div className={styles.line} role="list" aria-label="Filters applied">
          {filters.map((filter, index) => (
            <React.Fragment key={formatFilter(filter)}>
              {index > 0 && (
                <span className={styles.join} aria-hidden="true">
                  {match === 'any' ? 'or' : 'and'}
                </span>
              )}
              <FilterChip
                filter={filter}
                onChange={(next) => replace(index, next)}
                onEdit={() => setEditing(index)}
                onRemove={() => remove(index)}
              />
            </React.Fragment>
          ))}
          <Button
            variant="secondary"
            fill="text"
            size="sm"
            onClick={() => onChange({ ...set, filters: [] })}
            data-testid={testIds.filters.clear}
          >
            Clear all
          </Button>
        </div>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  line: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'flex-start', gap: theme.spacing(1) }),
  join: css({
    alignSelf: 'center',
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  problem: css({ color: theme.colors.error.text }),
});
