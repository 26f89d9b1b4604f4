import React, { memo, useEffect, useRef, useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, RadioButtonGroup, Switch, useStyles2 } from '@grafana/ui';
import { swapSides, type Filter, type FilterField, type FilterSet, type FilterSide } from '../../flow';
import { testIds } from '../testIds';
import { withFilters } from './addFilters';
import { FilterChip } from './FilterChip';
import { FilterEditor } from './FilterEditor';
import { FilterInput } from './FilterInput';

/** Values to offer for a field; never rejects. */
export type SuggestValues = (field: FilterField, side: FilterSide | undefined) => Promise<readonly string[]>;

interface Props {
  set: FilterSet;
  /** What of the address could not be understood. */
  problems: readonly string[];
  /** Must be the same function from one rendering to the next, as the others, as long as it offers the same. */
  suggest: SuggestValues;
  onChange(set: FilterSet): void;
  /** Opens the view whose parameters (`?filter=…`) were pasted; without it, what they say of flows is taken. */
  onPasteView?(search: string): void;
  /** Takes the filters of a pasted address, and the names of its quick filters besides those in use; needed where there are any. */
  onTakeAddress?(set: FilterSet, quick: readonly string[]): void;
}

const MATCHES: Array<{ value: FilterSet['match']; label: string; description: string }> = [
  { value: 'all', label: 'Match all', description: 'Flows that meet every filter' },
  { value: 'any', label: 'Match any', description: 'Flows that meet at least one filter' },
];

/** Which filter is in the editor: one of the set by its position, or a new one. */
type Editing = number | 'new' | undefined;

/** Where the focus goes once the bar is rendered again: to a chip by its position, or to the button that adds one. */
type FocusTarget = number | 'add';

/** Keeps the focus in the bar where what had it goes away, so that a keyboard is enough. */
function useFocusAfter() {
  const bar = useRef<HTMLDivElement>(null);
  const [target, focusAfter] = useState<FocusTarget>();
  useEffect(() => {
    if (target === undefined || bar.current === null) {
      return;
    }
    const find = (testId: string, inner = '') =>
      bar.current?.querySelectorAll<HTMLElement>(`[data-testid="${testId}"]${inner}`) ?? [];
    const chips = find(testIds.filters.chip, ' > button:first-of-type');
    const chip = typeof target === 'number' ? chips[Math.min(target, chips.length - 1)] : undefined;
    (chip ?? find(target === 'add' ? testIds.filters.add : testIds.filters.input)[0])?.focus();
    focusAfter(undefined);
  }, [target]);
  return { bar, focusAfter };
}

/** The filters of a page: a text to type them, the editor, a chip each, and how they join. */
export const FilterBar = memo(function FilterBar(props: Props) {
  const { set, problems, suggest, onChange, onPasteView, onTakeAddress = onChange } = props;
  const styles = useStyles2(getStyles);
  const { bar, focusAfter } = useFocusAfter();
  const [editing, setEditing] = useState<Editing>();
  const { filters, match, bidirectional } = set;

  const close = () => {
    focusAfter(typeof editing === 'number' ? editing : 'add');
    setEditing(undefined);
  };
  const replace = (index: number, filter: Filter) => {
    onChange({ ...set, filters: filters.map((old, at) => (at === index ? filter : old)) });
    focusAfter(index);
  };
  const remove = (index: number) => {
    setEditing(undefined);
    onChange({ ...set, filters: filters.filter((_, at) => at !== index) });
    focusAfter(index);
  };
  const clear = () => {
    setEditing(undefined);
    onChange({ ...set, filters: [] });
    focusAfter(0);
  };
  const apply = (filter: Filter) => {
    // What was edited may be gone in the meantime: by the address, or by another view.
    if (typeof editing === 'number' && editing < filters.length) {
      replace(editing, filter);
    } else {
      onChange(withFilters(set, [filter]));
    }
    close();
  };

  return (
    <div ref={bar} className={styles.bar} role="search" aria-label="Filters" data-testid={testIds.filters.bar}>
      <div className={styles.line}>
        <FilterInput
          set={set}
          suggest={suggest}
          onAdd={(added) => onChange(withFilters(set, added))}
          onTakeAddress={onTakeAddress}
          onPasteView={onPasteView}
        />
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
        <div className={styles.switch}>
          <label htmlFor="filters-bidirectional">Both ways</label>
          <Switch
            id="filters-bidirectional"
            value={bidirectional}
            onChange={(event) => onChange({ ...set, bidirectional: event.currentTarget.checked })}
            data-testid={testIds.filters.bidirectional}
          />
        </div>
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
          onCancel={close}
        />
      )}
      {problems.length > 0 && (
        <div role="alert" className={styles.problem} data-testid={testIds.filters.problem}>
          A part of the address cannot be understood and was left out. {problems.join('. ')}
        </div>
      )}
      {filters.length > 0 && (
        <div className={styles.line}>
          <div className={styles.line} role="list" aria-label="Filters applied">
            {filters.map((filter, index) => (
              // Filters have no name but their place: two may be equal, and each changes as it is edited.
              <React.Fragment key={index}>
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
          </div>
          <Button variant="secondary" fill="text" size="sm" onClick={clear} data-testid={testIds.filters.clear}>
            Clear all
          </Button>
        </div>
      )}
    </div>
  );
});

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  line: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'flex-start', gap: theme.spacing(1) }),
  switch: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    height: theme.spacing(theme.components.height.md),
    '& label': { margin: 0 },
  }),
  join: css({
    alignSelf: 'center',
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  problem: css({ color: theme.colors.error.text }),
});
