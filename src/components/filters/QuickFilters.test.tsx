import React, { useState } from 'react';
import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { QUICK_FILTERS } from '../../flow';
import { QuickFilters } from './QuickFilters';

function Harness({ onChange }: { onChange(active: readonly string[]): void }) {
  const [active, setActive] = useState<readonly string[]>(['DNS']);
  return (
    <QuickFilters
      available={QUICK_FILTERS}
      active={active}
      onChange={(next) => {
        setActive(next);
        onChange(next);
      }}
    />
  );
}

describe('quick filters', () => {
  it('are switched on and off by mouse and by keyboard, and say which are on', async () => {
    const onChange = jest.fn();
    const user = userEvent.setup();
    render(<Harness onChange={onChange} />);
    const button = (name: string) => screen.getByRole('button', { name });
    expect(button('DNS')).toHaveAttribute('aria-pressed', 'true');
    await user.click(button('External'));
    expect(onChange).toHaveBeenLastCalledWith(['DNS', 'External']);
    expect(button('External')).toHaveAttribute('aria-pressed', 'true');
    act(() => button('DNS').focus());
    await user.keyboard(' ');
    expect(onChange).toHaveBeenLastCalledWith(['External']);
    expect(button('DNS')).toHaveAttribute('aria-pressed', 'false');
  });

  it('tell in words what they find', async () => {
    const user = userEvent.setup();
    render(<Harness onChange={() => {}} />);
    await user.hover(screen.getByRole('button', { name: 'Insecure protocols' }));
    expect(await screen.findByText(/without encryption, by their ports: 20, 21/)).toBeInTheDocument();
  });
});
