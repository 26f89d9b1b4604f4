import React, { useState } from 'react';
import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { NO_FILTERS, parseFilterText, type FilterSet } from '../../flow';
import { testIds } from '../testIds';
import { describeFilter } from './describeFilter';
import { FilterBar, type SuggestValues } from './FilterBar';

const suggest: SuggestValues = (field) => Promise.resolve(field === 'K8S_Namespace' ? ['demo', 'mywebapp'] : []);

function filters(text: string): FilterSet {
  const parsed = parseFilterText(text);
  if (!parsed.ok) {
    throw new Error(parsed.error);
  }
  return { ...NO_FILTERS, filters: parsed.value };
}

function Harness({ initial, onSet }: { initial: FilterSet; onSet(set: FilterSet): void }) {
  const [set, setSet] = useState(initial);
  const change = (next: FilterSet) => {
    setSet(next);
    onSet(next);
  };
  return <FilterBar set={set} problems={[]} suggest={suggest} onChange={change} />;
}

function show(text = '') {
  const onSet = jest.fn<void, [FilterSet]>();
  const user = userEvent.setup();
  render(<Harness initial={filters(text)} onSet={onSet} />);
  const last = () => onSet.mock.lastCall?.[0];
  const sentences = () => last()?.filters.map(describeFilter);
  return { user, onSet, last, sentences };
}

const chips = () => screen.queryAllByTestId(testIds.filters.chip);

async function fromMenu(user: ReturnType<typeof userEvent.setup>, chip: number, item: string) {
  await user.click(within(chips()[chip]!).getByRole('button', { name: /change filter/ }));
  await user.click(await screen.findByRole('menuitem', { name: item }));
}

describe('the filter bar', () => {
  it('takes typed filters on Enter, each as a chip', async () => {
    const { user, sentences } = show();
    await user.type(screen.getByTestId(testIds.filters.input), 'src_namespace=demo port:https{Enter}');
    expect(sentences()).toEqual(['Source namespace contains demo', 'Source or destination port is https']);
    expect(chips()).toHaveLength(2);
    expect(screen.getByTestId(testIds.filters.input)).toHaveValue('');
  });

  it('refuses what cannot be true in place, with the reason, and keeps the text', async () => {
    const { user, onSet } = show();
    await user.type(screen.getByTestId(testIds.filters.input), 'port=70000{Enter}');
    expect(screen.getByTestId(testIds.filters.problem)).toHaveTextContent(/70000/);
    expect(screen.getByTestId(testIds.filters.input)).toHaveValue('port=70000');
    expect(onSet).not.toHaveBeenCalled();
  });

  it('offers values, and takes the one chosen by arrows as exact', async () => {
    const { user, sentences } = show();
    await user.type(screen.getByTestId(testIds.filters.input), 'src_namespace=m');
    expect(await screen.findByRole('option', { name: 'mywebapp' })).toBeInTheDocument();
    await user.keyboard('{ArrowDown}{Enter}');
    expect(sentences()).toEqual(['Source namespace is mywebapp']);
  });

  it('does not take the same filter twice', async () => {
    const { user, last } = show('namespace=demo');
    await user.type(screen.getByTestId(testIds.filters.input), 'namespace=demo{Enter}');
    expect(last()?.filters).toHaveLength(1);
  });

  it('disables, negates, moves to the other side and removes by the chip’s menu', async () => {
    const { user, last, sentences } = show('src_namespace=demo');
    await fromMenu(user, 0, 'Disable');
    expect(last()?.filters[0]).toMatchObject({ disabled: true });
    await fromMenu(user, 0, 'Enable');
    expect(last()?.filters[0]?.disabled).not.toBe(true);
    await fromMenu(user, 0, 'Negate');
    expect(sentences()).toEqual(['Source namespace does not contain demo']);
    await fromMenu(user, 0, 'Move to destination');
    expect(sentences()).toEqual(['Destination namespace does not contain demo']);
    await fromMenu(user, 0, 'Remove');
    expect(last()?.filters).toEqual([]);
  }, 30_000);

  it('joins by any, takes both ways, swaps and clears', async () => {
    const { user, last, sentences } = show('src_namespace=demo dst_port=443');
    await user.click(screen.getByRole('radio', { name: 'Match any' }));
    expect(last()?.match).toBe('any');
    await user.click(screen.getByRole('switch', { name: 'Both ways' }));
    expect(last()?.bidirectional).toBe(true);
    await user.click(screen.getByTestId(testIds.filters.swap));
    expect(sentences()).toEqual(['Destination namespace contains demo', 'Source port is 443']);
    await user.click(screen.getByTestId(testIds.filters.clear));
    expect(last()).toEqual({ filters: [], match: 'any', bidirectional: true });
  }, 30_000);

  it('edits a filter in the form, which refuses to apply nothing', async () => {
    const { user, last } = show('src_namespace=demo');
    await fromMenu(user, 0, 'Edit');
    const editor = within(screen.getByTestId(testIds.filters.editor));
    await user.click(editor.getByRole('radio', { name: 'Destination' }));
    await user.click(editor.getByRole('button', { name: 'Apply' }));
    expect(last()?.filters).toEqual([expect.objectContaining({ side: 'dst', values: ['demo'] })]);

    await user.click(screen.getByTestId(testIds.filters.add));
    await user.click(within(screen.getByTestId(testIds.filters.editor)).getByRole('button', { name: 'Add filter' }));
    expect(screen.getByTestId(testIds.filters.problem)).toHaveTextContent(/needs a value/);
  }, 30_000);

  it('tells what of the address it did not understand', () => {
    render(<FilterBar set={NO_FILTERS} problems={['port=x: no port']} suggest={suggest} onChange={() => {}} />);
    expect(screen.getByRole('alert')).toHaveTextContent('port=x: no port');
  });
});
