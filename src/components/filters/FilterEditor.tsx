import React, { useCallback, useMemo, useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import type { FieldGroup } from '@netobserv-flows/schema';
import {
  Button,
  Combobox,
  Field,
  MultiCombobox,
  RadioButtonGroup,
  Stack,
  useStyles2,
  type ComboboxOption,
} from '@grafana/ui';
import {
  filterField,
  filterFields,
  takesNoValues,
  validateFilter,
  type Comparison,
  type Filter,
  type FilterField,
  type FilterSide,
} from '../../flow';
import { testIds } from '../testIds';
import { COMPARISON_WORDS } from './describeFilter';
import type { SuggestValues } from './FilterBar';

interface Props {
  /** The filter to change; a new one is made where absent. */
  filter?: Filter;
  suggest: SuggestValues;
  onApply(filter: Filter): void;
  onCancel(): void;
}

/** Headings of the field picker, in this order. */
const GROUPS: ReadonlyArray<readonly [FieldGroup, string]> = [
  ['kubernetes', 'Kubernetes'],
  ['network', 'Network'],
  ['labels', 'Labels'],
  ['volume', 'Volume'],
  ['observation', 'Observation'],
  ['time', 'Time'],
];

const FIELD_OPTIONS: Array<ComboboxOption<FilterField>> = GROUPS.flatMap(([group, heading]) =>
  filterFields()
    .filter((info) => info.group === group)
    .map((info) => ({ value: info.field, label: info.title, description: info.description, group: heading }))
);

const SIDES: Array<{ value: FilterSide; label: string }> = [
  { value: 'src', label: 'Source' },
  { value: 'dst', label: 'Destination' },
  { value: 'either', label: 'Either' },
];

const MOST_OPTIONS = 200;

function newFilter(field: FilterField, last?: Filter): Filter {
  const info = filterField(field);
  return {
    field,
    side: info?.sided ? (last?.side ?? 'either') : undefined,
    comparison: info?.comparisons[0] ?? 'equals',
    values: [],
  };
}

/** A form for one filter: field by group, side, comparison, values with suggestions. */
export function FilterEditor({ filter: initial, suggest, onApply, onCancel }: Props) {
  const styles = useStyles2(getStyles);
  const [filter, setFilter] = useState<Filter>(() => initial ?? newFilter('K8S_Namespace'));
  const [problem, setProblem] = useState<string>();
  const info = filterField(filter.field);

  const change = (part: Partial<Filter>) => {
    setProblem(undefined);
    setFilter({ ...filter, ...part });
  };
  const comparisons = useMemo(
    () => (info?.comparisons ?? []).map((value) => ({ value, label: COMPARISON_WORDS[value] })),
    [info]
  );
  const { field, side } = filter;
  const loadValues = useCallback(
    async (typed: string) => {
      const values = await suggest(field, side);
      const wanted = typed.toLowerCase();
      return values
        .filter((value) => value.toLowerCase().includes(wanted))
        .slice(0, MOST_OPTIONS)
        .map((value) => ({ value, label: value }));
    },
    [suggest, field, side]
  );
  const apply = () => {
    const valid = validateFilter(filter);
    if (valid.ok) {
      onApply(filter);
    } else {
      setProblem(valid.error);
    }
  };

  return (
    <form
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
          <Combobox
            id="filter-field"
            options={FIELD_OPTIONS}
            value={filter.field}
            width={28}
            onChange={(option) => setFilter(newFilter(option.value, filter))}
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
          <Field label="Values" htmlFor="filter-values" noMargin>
            <MultiCombobox<string>
              // Its loaded options belong to one field.
              key={`${filter.field}${filter.side ?? ''}`}
              id="filter-values"
              options={loadValues}
              value={filter.values.map((value) => ({ value, label: value }))}
              createCustomValue
              width="auto"
              minWidth={30}
              maxWidth={80}
              placeholder="Any of these"
              onChange={(options) => change({ values: options.map(({ value }) => value) })}
            />
          </Field>
        )}
        <Button type="submit">{initial === undefined ? 'Add filter' : 'Apply'}</Button>
        <Button type="button" variant="secondary" fill="text" onClick={onCancel}>
          Cancel
        </Button>
      </Stack>
      {problem !== undefined && (
        <div role="alert" className={styles.problem} data-testid={testIds.filters.problem}>
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
