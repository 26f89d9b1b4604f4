import React, { useState } from 'react';
import { act, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { testIds } from '../testIds';
import { ColumnPicker } from './ColumnPicker';
import { COLUMN_PRESETS, DEFAULT_COLUMNS } from './columnPresets';

function Harness() {
  const [columns, setColumns] = useState(DEFAULT_COLUMNS);
  return (
    <>
      <ColumnPicker columns={columns} onChange={setColumns} />
      <output data-testid="chosen columns">{columns.join(',')}</output>
    </>
  );
}

// Sixty checkboxes in jsdom take their time where the machine is busy.
jest.setTimeout(60_000);

const columns = () => screen.getByTestId("chosen columns");
const shown = () => within(screen.getByTestId(testIds.flowTable.shown));

async function open() {
  const user = userEvent.setup();
  render(<Harness />);
  await user.click(screen.getByTestId(testIds.flows.columns));
  await screen.findByTestId(testIds.flowTable.manage, undefined, { timeout: 30_000 });
  return user;
}

describe('the management of columns', () => {
  it('finds, shows and hides columns, and restores the defaults', async () => {
    const user = await open();
    expect(screen.getByText(`${DEFAULT_COLUMNS.length} shown`, { exact: false })).toBeInTheDocument();
    await user.type(screen.getByLabelText('Search columns'), 'bytes');
    await user.click(screen.getByRole('checkbox', { name: 'Bytes' }));
    expect(columns()).not.toHaveTextContent('Bytes');

    await user.clear(screen.getByLabelText('Search columns'));
    await user.type(screen.getByLabelText('Search columns'), 'mac');
    await user.click(screen.getByRole('checkbox', { name: 'Source MAC' }));
    await user.click(screen.getByRole('checkbox', { name: 'Source and destination MAC' }));
    expect(columns()).toHaveTextContent(/,SrcMac,Mac$/);

    await user.click(shown().getByRole('button', { name: 'Hide Source MAC' }));
    expect(columns()).toHaveTextContent(/[^c],Mac$/);

    await user.click(screen.getByRole('button', { name: 'Restore defaults' }));
    expect(columns()).toHaveTextContent(DEFAULT_COLUMNS.join(','));
    await user.click(screen.getByRole('button', { name: 'Done' }));
    expect(screen.queryByTestId(testIds.flowTable.manage)).not.toBeInTheDocument();
  });

  it('shows a set of columns for a purpose, and which one is shown', async () => {
    const user = await open();
    const preset = (title: string) => screen.getByRole('button', { name: title });
    expect(preset('Workloads and pods')).toHaveAttribute('aria-pressed', 'true');
    await user.click(preset('Services'));
    expect(columns()).toHaveTextContent(COLUMN_PRESETS.find(({ title }) => title === 'Services')!.columns.join(','));
    expect(preset('Services')).toHaveAttribute('aria-pressed', 'true');
    expect(preset('Workloads and pods')).toHaveAttribute('aria-pressed', 'false');
  });

  it('moves a column by keys: space lifts it, arrows move it, space puts it down', async () => {
    await open();
    const handle = shown().getByLabelText('Move End time');
    act(() => handle.focus());
    const press = (key: string, keyCode: number) => fireEvent.keyDown(handle, { key, keyCode });
    press(' ', 32);
    press('ArrowDown', 40);
    press(' ', 32);
    await waitFor(() => expect(columns()).toHaveTextContent(/^Bytes,TimeFlowEndMs,/));
  });
});
