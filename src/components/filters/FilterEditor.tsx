import React, { useEffect, useId, useMemo, useRef, useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Combobox, Field, RadioButtonGroup, Stack, useStyles2 } from '@grafana/ui';
import {
  filterField,
  takesNoValues,
  validateFilter,
  type Comparison,
  type Filter,
  type FilterField,
  type FilterSide,
} from '../../flow';
import { testIds } from '../testIds';
import { COMPARISON_WORDS } from './describeFilter';
import { fieldOption, searchFields } from './fieldOptions';
import type { SuggestValues } from './FilterBar';
import { FilterValues } from './FilterValues';

interface Props {
  /** The filter to change; a new one is made where absent. */
  filter?: Filter;
  suggest: SuggestValues;
  onApply(filter: Filter): void;
  onCancel(): void;
}

const SIDES: Array<{ value: FilterSide; label: string }> = [
  { value: 'src', label: 'Source' },
  { value: 'dst', label: 'Destination' },
  { value: 'either', label: 'Either' },
];

function newFilter(field: FilterField, last?: Filter): Filter {
  const info = filterField(field);
  return {
    field,
    side: info?.sided ? (last?.side ?? 'either') : undefined,
    comparison: info?.comparisons[0] ?? 'equals',
    values: [],
  };
}

/** Why a filter, or one value by itself, cannot be applied; undefined where it can. */
function problemOf(filter: Filter): string | undefined {
  const valid = validateFilter(filter);
  return valid.ok ? undefined : valid.error;
}

/** A form for one filter: field by group, side, comparison, values with suggestions. */
export function FilterEditor({ filter: initial, suggest, onApply, onCancel }: Props) {
  const styles = useStyles2(getStyles);
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  const [filter, setFilter] = useState<Filter>(() => initial ?? newFilter('K8S_Namespace'));
  const [typed, setTyped] = useState('');
  const [refused, setRefused] = useState<string>();
  const info = filterField(filter.field);
  // Values that were right for one comparison may not be for another: said at once, not on applying.
  const problem = refused ?? (filter.values.length > 0 ? problemOf(filter) : undefined);

  const isNew = initial === undefined;
  useEffect(() => {
    // Whoever opened the form by keyboard goes on in it: a new filter begins with its field, another is changed in its
    // values.
    const values = isNew ? null : document.getElementById(`${id}-values`);
    (values ?? form.current?.querySelector('input'))?.focus();
  }, [id, isNew]);

  const change = (part: Partial<Filter>) => {
    setRefused(undefined);
    setFilter((last) => ({ ...last, ...part }));
  };
  const comparisons = useMemo(
    () => (info?.comparisons ?? []).map((value) => ({ value, label: COMPARISON_WORDS[value] })),
    [info]
  );
  /** The filter with one more value, or why that cannot be one. */
  const withValue = (value: string): Filter | undefined => {
    const text = info?.type === 'string' || info?.type === 'strings' ? value : value.trim();
    const wrong = problemOf({ ...filter, values: [text] });
    setRefused(wrong);
    setTyped(wrong === undefined ? '' : value);
    const next = { ...filter, values: [...filter.values.filter((other) => other !== text), text] };
    if (wrong === undefined) {
      setFilter(next);
    }
    return wrong === undefined ? next : undefined;
  };
  const apply = () => {
    // What is typed and not a value yet was meant to be one.
    const complete = typed.trim() === '' || takesNoValues(filter.comparison) ? filter : withValue(typed);
    if (complete === undefined) {
      return;
    }
    const wrong = problemOf(complete);
    setRefused(wrong);
    if (wrong === undefined) {
      onApply(complete);
    }
  };

  return (
    <form
      ref={form}
      aria-label={initial === undefined ? 'Add filter' : 'Edit filter'}
      className={styles.form}
      data-testid={testIds.filters.editor}
      onSubmit={(event) => {
        event.preventDefault();
        apply();
      }}
      onKeyDown={(event) => event.key === 'Escape' && onCancel()}
    >
      <Stack gap={1} alignItems="flex-end" wrap="wrap">
        <Field label="Field" htmlFor="filter-field" noMargin>
          <Combobox<FilterField>
            id="filter-field"
            options={searchFields}
            value={fieldOption(filter.field)}
            width={28}
            onChange={(option) => {
              setRefused(undefined);
              setFilter(newFilter(option.value, filter));
            }}
          />
        </Field>
        {info?.sided === true && (
          <Field label="Side" noMargin>
            <RadioButtonGroup
              aria-label="Side"
              options={SIDES}
              value={filter.side ?? 'either'}
              onChange={(value) => change({ side: value })}
            />
          </Field>
        )}
        <Field label="Comparison" htmlFor="filter-comparison" noMargin>
          <Combobox<Comparison>
            id="filter-comparison"
            options={comparisons}
            value={filter.comparison}
            width={22}
            onChange={({ value }) => change({ comparison: value, values: takesNoValues(value) ? [] : filter.values })}
          />
        </Field>
        {!takesNoValues(filter.comparison) && (
          <Field label="Values" htmlFor={`${id}-values`} noMargin>
            <FilterValues
              id={`${id}-values`}
              filter={filter}
              typed={typed}
              suggest={suggest}
              problemId={problem === undefined ? undefined : `${id}-problem`}
              onType={(text) => {
                setTyped(text);
                setRefused(undefined);
              }}
              onAdd={withValue}
              onRemove={(index) => change({ values: filter.values.filter((_, at) => at !== index) })}
              onSubmit={apply}
            />
          </Field>
        )}
        <Button type="submit">{initial === undefined ? 'Add filter' : 'Apply'}</Button>
        <Button type="button" variant="secondary" fill="text" onClick={onCancel}>
          Cancel
        </Button>
      </Stack>
      {problem !== undefined && (
        <div id={`${id}-problem`} role="alert" className={styles.problem} data-testid={testIds.filters.problem}>
          {problem}
        </div>
      )}
    </form>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  form: css({
    padding: theme.spacing(1.5),
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.secondary,
  }),
  problem: css({ marginTop: theme.spacing(1), color: theme.colors.error.text }),
});
