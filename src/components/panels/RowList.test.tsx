import React from 'react';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { MemoryRouter } from 'react-router-dom';
import { testIds } from '../testIds';
import { RowList } from './RowList';
import type { Row } from './types';

const ROW: Row = {
  id: 'web',
  scope: 'shop',
  name: 'web',
  parts: [{ title: 'sent', value: 5 }, { title: 'received' }],
  atLeast: true,
  behind: { filters: [] },
};

function show(row: Row) {
  render(
    <MemoryRouter>
      <RowList rows={[row]} format={(value) => `${value} B`} linkTo={() => '/flows'} />
    </MemoryRouter>
  );
  return screen.getByTestId(testIds.overview.row);
}

describe('a list of the largest', () => {
  it('tells the parts of a figure by keyboard and to screen readers, and which is not known', async () => {
    expect(show(ROW)).toHaveTextContent('shop / web≥ 5 B (sent 5 B, received: not known)');
    await userEvent.tab();
    expect(screen.getByRole('link', { name: 'web' })).toHaveFocus();
    expect(await screen.findByRole('tooltip')).toHaveTextContent('shop / websent 5 B, received: not known');
  });

  it('has no link where no filter finds the flows, and is told by keyboard all the same', async () => {
    show({ ...ROW, name: '(other)', kind: 'all smaller ones together', behind: undefined });
    expect(screen.queryByRole('link')).not.toBeInTheDocument();
    await userEvent.tab();
    expect(screen.getByText('(other)')).toHaveFocus();
    expect(await screen.findByRole('tooltip')).toHaveTextContent('shop / (other)sent 5 B, received: not known');
  });

  it('tells a figure of one part once', () => {
    expect(show({ ...ROW, parts: [{ title: 'both ways', value: 5 }], atLeast: false })).toHaveTextContent(
      /^shop \/ web5 B$/
    );
  });
});
