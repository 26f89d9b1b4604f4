import React, { useId, useState, type FormEvent } from 'react';
import { Button, Checkbox, Field, Input, RadioButtonGroup, Stack } from '@grafana/ui';
import {
  LONGEST_NAME,
  nameProblem,
  searchProblem,
  viewOf,
  viewSearch,
  type SavedView,
  type ViewPage,
} from '../../data/savedViews';
import { testIds } from '../testIds';
import type { ViewsOwner } from './useViews';

interface Props {
  /** The page that the view is of. */
  page: ViewPage;
  /** The page's search string. */
  search: string;
  /** The URL parameters that make a view, where the page names them. */
  parameters?: readonly string[];
  /** Whether the person may save for everyone. */
  canAdmin: boolean;
  busy: boolean;
  /** Names that are taken, by whose views they are. */
  taken: Readonly<Record<ViewsOwner, readonly string[]>>;
  onSave(owner: ViewsOwner, view: SavedView): void;
  onCancel(): void;
}

const OWNERS: Array<{ value: ViewsOwner; label: string }> = [
  { value: 'mine', label: 'For me' },
  { value: 'org', label: 'For everyone' },
];

/** Asks how the view shown is to be saved. */
export function SaveViewForm({ page, search, parameters, canAdmin, busy, taken, onSave, onCancel }: Props) {
  const id = useId();
  const [name, setName] = useState('');
  const [owner, setOwner] = useState<ViewsOwner>('mine');
  const [keepTime, setKeepTime] = useState(false);
  const [tried, setTried] = useState(false);

  const view = viewOf(page, name.trim(), viewSearch(search, { keepTime, parameters }));
  const problem = nameProblem(name) ?? searchProblem(view.search);
  const overwrites = taken[owner].includes(view.name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (problem === undefined) {
      onSave(owner, view);
    }
  };
  return (
    <form onSubmit={submit} aria-label="Save this view">
      <Field
        label="Name"
        htmlFor={`${id}-name`}
        invalid={tried && problem !== undefined}
        error={tried ? problem : undefined}
        description={overwrites ? 'There is a view of this name; it will be overwritten.' : undefined}
      >
        <Input
          id={`${id}-name`}
          autoFocus
          value={name}
          maxLength={LONGEST_NAME}
          onChange={(event) => setName(event.currentTarget.value)}
          data-testid={testIds.views.name}
        />
      </Field>
      {canAdmin && (
        <Field label="Who has it">
          <RadioButtonGroup aria-label="Who has it" size="sm" options={OWNERS} value={owner} onChange={setOwner} />
        </Field>
      )}
      <Field>
        <Checkbox
          label="Keep the time range"
          value={keepTime}
          onChange={(event) => setKeepTime(event.currentTarget.checked)}
        />
      </Field>
      <Stack gap={1}>
        <Button type="submit" size="sm" disabled={busy}>
          {overwrites ? 'Overwrite' : 'Save'}
        </Button>
        <Button type="button" size="sm" variant="secondary" onClick={onCancel}>
          Cancel
        </Button>
      </Stack>
    </form>
  );
}
