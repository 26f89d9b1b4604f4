import React, { useState } from 'react';
import { act, render, screen, waitFor, within } from '@testing-library/react';
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

interface HarnessProps {
  initial: FilterSet;
  onSet(set: FilterSet): void;
  onPasteView?(search: string): void;
}

function Harness({ initial, onSet, onPasteView }: HarnessProps) {
  const [set, setSet] = useState(initial);
  const change = (next: FilterSet) => {
    setSet(next);
    onSet(next);
  };
  return <FilterBar set={set} problems={[]} suggest={suggest} onChange={change} onPasteView={onPasteView} />;
}

function show(text = '', onPasteView?: (search: string) => void) {
  const onSet = jest.fn<void, [FilterSet]>();
  const user = userEvent.setup();
  render(<Harness initial={filters(text)} onSet={onSet} onPasteView={onPasteView} />);
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

  it('closes the form of a filter that is cleared with all others', async () => {
    const { user, last } = show('src_namespace=demo port=443');
    await fromMenu(user, 1, 'Edit');
    await user.click(screen.getByTestId(testIds.filters.clear));
    expect(last()?.filters).toEqual([]);
    expect(screen.queryByTestId(testIds.filters.editor)).not.toBeInTheDocument();
    expect(screen.getByTestId(testIds.filters.input)).toHaveFocus();
  });

  it('adds what is edited where another view has taken its filter away', async () => {
    const onChange = jest.fn<void, [FilterSet]>();
    const user = userEvent.setup();
    const bar = (text: string) => <FilterBar set={filters(text)} problems={[]} suggest={suggest} onChange={onChange} />;
    const { rerender } = render(bar('src_namespace=demo port=443'));
    await fromMenu(user, 1, 'Edit');
    rerender(bar('src_namespace=demo'));
    await user.click(within(screen.getByTestId(testIds.filters.editor)).getByRole('button', { name: 'Add filter' }));
    expect(onChange.mock.lastCall?.[0].filters.map(describeFilter)).toEqual([
      'Source namespace contains demo',
      'Source or destination port is 443',
    ]);
  });

  it('takes values in the form one by one, and refuses each where it cannot be, with the reason', async () => {
    const { user, last } = show();
    await user.click(screen.getByTestId(testIds.filters.add));
    const editor = within(screen.getByTestId(testIds.filters.editor));
    const box = editor.getByRole('combobox', { name: 'Values' });
    expect(editor.getByRole('combobox', { name: 'Field' })).toHaveFocus();
    await user.type(box, 'shop,de');
    expect(await screen.findByRole('option', { name: 'demo' })).toBeInTheDocument();
    await user.keyboard('{ArrowDown}{Enter}');
    const values = () => editor.getAllByTestId(testIds.filters.value).map(({ textContent }) => textContent);
    expect(values()).toEqual(['shop', 'demo']);

    await user.keyboard('{Backspace}');
    expect(box).toHaveValue('demo');
    await user.keyboard('-2{Enter}');
    expect(values()).toEqual(['shop', 'demo-2']);
    await user.click(editor.getByRole('button', { name: 'Remove value shop' }));
    await user.keyboard('other');
    await user.click(editor.getByRole('button', { name: 'Add filter' }));
    expect(last()?.filters).toEqual([
      { field: 'K8S_Namespace', side: 'either', comparison: 'contains', values: ['demo-2', 'other'] },
    ]);
  }, 30_000);

  it('keeps a value that cannot be in the form’s text box, to be put right', async () => {
    const { user, last } = show('port=443');
    await fromMenu(user, 0, 'Edit');
    const editor = within(screen.getByTestId(testIds.filters.editor));
    const box = editor.getByRole('combobox', { name: 'Values' });
    await user.type(box, '70000{Enter}');
    expect(box).toHaveValue('70000');
    expect(box).toBeInvalid();
    expect(box).toHaveAccessibleDescription(/70000 is not a port/);
    await user.type(box, '{Backspace}-80{Enter}');
    expect(box).toHaveAccessibleDescription(/runs backwards; write 80-7000/);
    await user.clear(box);
    await user.type(box, '80-7000{Enter}');
    await user.keyboard('{Enter}');
    expect(last()?.filters[0]?.values).toEqual(['443', '80-7000']);
    expect(screen.queryByTestId(testIds.filters.editor)).not.toBeInTheDocument();
  }, 30_000);

  it('needs no mouse: chips are reached, changed and removed by keys, and the focus stays', async () => {
    const { user, sentences } = show('src_namespace=demo dst_port=443');
    const chip = (index: number) => within(chips()[index]!).getByRole('button', { name: /change filter/ });
    act(() => chip(0).focus());
    await user.keyboard('{Enter}');
    expect(await screen.findByRole('menuitem', { name: 'Negate' })).toBeInTheDocument();
    await user.keyboard('{ArrowDown}{ArrowDown}{Enter}');
    expect(sentences()?.[0]).toBe('Source namespace does not contain demo');
    await waitFor(() => expect(chip(0)).toHaveFocus());
    await user.keyboard('{Delete}');
    expect(sentences()).toEqual(['Destination port is 443']);
    expect(chip(0)).toHaveFocus();
    await user.keyboard('{Delete}');
    expect(screen.getByTestId(testIds.filters.input)).toHaveFocus();
  }, 30_000);

  it('goes from name to comparison to value by keys, Tab leaving the filter open', async () => {
    const { user, sentences } = show();
    const input = screen.getByTestId(testIds.filters.input);
    await user.type(input, 'src_namesp{ArrowDown}{Tab}');
    expect(input).toHaveValue('src_namespace');
    expect(screen.getAllByRole('option')[0]).toHaveTextContent('src_namespace =contains');
    await user.keyboard('{ArrowDown}{ArrowDown}{Enter}');
    expect(input).toHaveValue('src_namespace=""');
    await user.clear(input);
    await user.type(input, 'src_namespace=de');
    await screen.findByRole('option', { name: 'demo' });
    await user.keyboard('{ArrowDown}{Tab}');
    expect(input).toHaveValue('src_namespace="demo"');
    await user.keyboard(',my');
    await screen.findByRole('option', { name: /mywebapp/ });
    await user.keyboard('{ArrowDown}{Enter}');
    expect(sentences()).toEqual(['Source namespace is demo or mywebapp']);
  }, 30_000);

  it('opens the view of a pasted address, and takes pasted filters at once', async () => {
    const onPasteView = jest.fn();
    const { user, sentences } = show('', onPasteView);
    const input = screen.getByTestId(testIds.filters.input);
    await user.click(input);
    await user.paste('https://grafana.example/a/netobserv-flows-app/flows?filter=proto%3Dudp&limit=50');
    expect(onPasteView).toHaveBeenCalledWith('?filter=proto%3Dudp&limit=50');
    await user.paste('src_namespace=demo port=443');
    expect(sentences()).toEqual(['Source namespace contains demo', 'Source or destination port is 443']);
    await user.paste('https://example.com/?filter=port%3D1');
    expect(screen.getByRole('alert')).toHaveTextContent(/not an address of the flow table/);
    await user.clear(input);
    await user.type(input, 'src_name=');
    await user.paste('two');
    expect(input).toHaveValue('src_name=two');
  }, 30_000);

  it('takes the filters of a pasted address where no view can be opened', async () => {
    const { user, sentences } = show();
    await user.click(screen.getByTestId(testIds.filters.input));
    await user.paste('?filter=proto%3Dudp&filter=port%3D70000');
    expect(sentences()).toEqual(['Protocol is udp']);
    expect(screen.getByRole('alert')).toHaveTextContent(/port=70000/);
  });

  it('keeps a pasted address that would mean something else beside the filters, with the reason', async () => {
    const { user, onSet } = show('proto=tcp');
    const input = screen.getByTestId(testIds.filters.input);
    await user.click(input);
    const search = '?filter=port%3D80&filter=port%3D81&match=any';
    await user.paste(search);
    expect(screen.getByRole('alert')).toHaveTextContent('Its filters join by any: remove yours first.');
    expect(input).toHaveValue(search);
    expect(onSet).not.toHaveBeenCalled();
    await user.click(screen.getByTestId(testIds.filters.clear));
    await user.type(input, '{Enter}');
    expect(onSet.mock.lastCall?.[0]).toMatchObject({ match: 'any', filters: [{ values: ['80'] }, { values: ['81'] }] });
  });

  it('leaves the text’s own keys alone', async () => {
    const { user } = show();
    const input = screen.getByTestId<HTMLInputElement>(testIds.filters.input);
    await user.type(input, 'port');
    await user.keyboard('{Control>}a{/Control}x');
    expect(input).toHaveValue('x');
    await user.keyboard('{Shift>}{ArrowDown}{/Shift}{Enter}');
    expect(chips()).toHaveLength(1);
  });

  it('tells what of the address it did not understand', () => {
    render(<FilterBar set={NO_FILTERS} problems={['port=x: no port']} suggest={suggest} onChange={() => {}} />);
    expect(screen.getByRole('alert')).toHaveTextContent('port=x: no port');
  });
});
