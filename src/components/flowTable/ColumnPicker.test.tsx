import React, { useState } from 'react';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { testIds } from '../testIds';
import { ColumnPicker } from './ColumnPicker';
import { DEFAULT_COLUMNS } from './columns';

function Harness() {
  const [columns, setColumns] = useState(DEFAULT_COLUMNS);
  return (
    <>
      <ColumnPicker columns={columns} onChange={setColumns} />
      <output>{columns.join(',')}</output>
    </>
  );
}

describe('the column picker', () => {
  it('finds, shows and hides columns, and restores the defaults', async () => {
    const user = userEvent.setup();
    render(<Harness />);
    await user.click(screen.getByTestId(testIds.flows.columns));

    await user.type(screen.getByLabelText('Search columns'), 'bytes');
    await user.click(screen.getByRole('checkbox', { name: 'Bytes' }));
    expect(screen.getByRole('status')).not.toHaveTextContent('Bytes');

    await user.clear(screen.getByLabelText('Search columns'));
    await user.type(screen.getByLabelText('Search columns'), 'SrcMac');
    await user.click(screen.getByRole('checkbox', { name: 'Source MAC' }));
    expect(screen.getByRole('status')).toHaveTextContent(/,SrcMac$/);

    await user.click(screen.getByRole('button', { name: 'Restore defaults' }));
    expect(screen.getByRole('status')).toHaveTextContent(DEFAULT_COLUMNS.join(','));
    // Sixty checkboxes in jsdom take their time where the machine is busy.
  }, 30_000);
});
