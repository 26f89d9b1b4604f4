import { act, fireEvent, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { row, rows } from '../../data/flowRow.fixture';
import { formatFilters } from '../../flow';
import { testIds } from '../testIds';
import { cellOf, layOut, showTable, shownRows } from './FlowTable.harness';

const press = (key: string, options = {}) => fireEvent.keyDown(document.activeElement!, { key, ...options });
const focusRow = (index: number) => act(() => shownRows()[index]!.focus());

beforeEach(layOut);
afterEach(() => jest.restoreAllMocks());

describe('keys in the flow table', () => {
  it('opens a row by click and by Enter, and moves by arrows', async () => {
    const onOpen = jest.fn();
    showTable(rows(30), { onOpen });
    const [, second] = shownRows();
    await userEvent.click(second!);
    expect(onOpen).toHaveBeenLastCalledWith(expect.objectContaining({ id: 'row-1' }));

    focusRow(0);
    press('ArrowDown');
    expect(second).toHaveFocus();
    press('ArrowDown');
    press('Enter');
    expect(onOpen).toHaveBeenLastCalledWith(expect.objectContaining({ id: 'row-2' }));
    expect(onOpen).toHaveBeenCalledTimes(2);
  });

  it('opens the next flow as the focus moves, while details are open', () => {
    const onOpen = jest.fn();
    showTable(rows(30), { onOpen, openId: 'row-3' });
    focusRow(3);
    press('ArrowDown');
    expect(onOpen).toHaveBeenLastCalledWith(expect.objectContaining({ id: 'row-4' }));
  });

  it('brings a flow into view that was opened from elsewhere, and goes on from it', () => {
    const onOpen = jest.fn();
    const update = showTable(rows(500), { onOpen });
    update(rows(500), { onOpen, openId: 'row-300' });
    const opened = shownRows().find((shown) => shown.getAttribute('aria-selected') === 'true');
    expect(opened).toHaveAttribute('data-index', '300');
    expect(opened).toHaveAttribute('tabindex', '0');
    act(() => opened!.focus());
    press('ArrowUp');
    expect(onOpen).toHaveBeenLastCalledWith(expect.objectContaining({ id: 'row-299' }));
  });

  it('goes to the last row, which comes into the document for it', () => {
    showTable(rows(5000));
    focusRow(0);
    press('End');
    expect(document.activeElement).toHaveAttribute('data-index', '4999');
    press('PageUp');
    expect(Number((document.activeElement as HTMLElement).dataset.index)).toBeLessThan(4999);
    press('Home');
    expect(document.activeElement).toHaveAttribute('data-index', '0');
  });

  it('moves through the cells of a row, and from cell to cell of a column', () => {
    showTable(rows(3), { columns: ['Bytes', 'SrcAddr', 'DstPort'] });
    focusRow(0);
    press('ArrowRight');
    expect(cellOf(shownRows()[0], 'Bytes')).toHaveFocus();
    press('ArrowRight');
    press('ArrowDown');
    expect(cellOf(shownRows()[1], 'SrcAddr')).toHaveFocus();
    press('End');
    expect(cellOf(shownRows()[1], 'DstPort')).toHaveFocus();
    press('Home');
    press('ArrowLeft');
    expect(shownRows()[1]).toHaveFocus();
    expect(shownRows()[1]).toHaveAttribute('tabindex', '0');
  });

  it('moves along the titles', () => {
    showTable(rows(1), { columns: ['Bytes', 'SrcAddr'] });
    act(() => screen.getByRole('button', { name: 'Bytes' }).focus());
    press('ArrowRight');
    expect(screen.getByRole('button', { name: 'IP' })).toHaveFocus();
    expect(screen.getByRole('separator', { name: 'Width of Source IP' })).toHaveAttribute('tabindex', '0');
  });
});

describe('filtering by a cell', () => {
  const flow = row('a', { SrcK8S_Namespace: 'demo', DstK8S_Namespace: 'shop', DstPort: 443, TimeFlowEndMs: 1 });
  const actions = () => screen.queryByTestId(testIds.flowTable.cellActions);

  it('has its buttons over the cell under the pointer, and over no other', async () => {
    const onFilter = jest.fn();
    const onOpen = jest.fn();
    showTable([flow], { columns: ['TimeFlowEndMs', 'DstPort', 'SrcK8S_Namespace'], onFilter, onOpen });
    expect(actions()).not.toBeInTheDocument();
    fireEvent.pointerOver(cellOf(shownRows()[0], 'DstPort'));
    await userEvent.click(within(actions()!).getByRole('button', { name: /^Only flows with this Destination port/ }));
    expect(formatFilters([onFilter.mock.lastCall[0]])).toBe('dst_port=443');
    expect(onOpen).not.toHaveBeenCalled();
    expect(actions()).not.toBeInTheDocument();

    // Flows are not told apart by their times.
    fireEvent.pointerOver(cellOf(shownRows()[0], 'TimeFlowEndMs'));
    expect(actions()).not.toBeInTheDocument();
  });

  it('takes plus and minus on the focused cell', () => {
    const onFilter = jest.fn();
    showTable([flow], { columns: ['DstPort', 'SrcK8S_Namespace'], onFilter });
    focusRow(0);
    press('+');
    expect(onFilter).not.toHaveBeenCalled();
    press('ArrowRight');
    press('+');
    expect(formatFilters([onFilter.mock.lastCall[0]])).toBe('dst_port=443');
    press('ArrowRight');
    press('-');
    expect(formatFilters([onFilter.mock.lastCall[0]])).toBe('src_namespace!="demo"');
  });

  it('lets a person choose the end of a pair, by keys too, and gives the focus back', async () => {
    const onFilter = jest.fn();
    showTable([flow], { columns: ['K8S_Namespace'], onFilter });
    focusRow(0);
    press('ArrowRight');
    press('f');
    const buttons = within(actions()!).getAllByRole('button');
    expect(buttons.map((button) => button.getAttribute('aria-label'))).toEqual([
      'Only flows with this Source namespace',
      'Without flows with this Source namespace',
      'Only flows with this Destination namespace',
      'Without flows with this Destination namespace',
    ]);
    expect(buttons[0]).toHaveFocus();
    press('ArrowLeft');
    expect(buttons[3]).toHaveFocus();
    await userEvent.click(buttons[3]!);
    expect(formatFilters([onFilter.mock.lastCall[0]])).toBe('dst_namespace!="shop"');
    expect(cellOf(shownRows()[0], 'K8S_Namespace')).toHaveFocus();

    press('+');
    expect(within(actions()!).getAllByRole('button')[0]).toHaveFocus();
    press('Escape');
    expect(cellOf(shownRows()[0], 'K8S_Namespace')).toHaveFocus();
    expect(onFilter).toHaveBeenCalledTimes(1);
  });

  it('goes along with its flow as others come in above, by keys', () => {
    const before = rows(30);
    const after = [row('new', { Bytes: 1 }), ...before];
    const update = showTable(before, { columns: ['Bytes', 'Packets'] });
    focusRow(1);
    press('ArrowRight');
    press('f');
    const button = document.activeElement;
    update(after);
    expect(button).toHaveFocus();
    expect(button).toHaveAccessibleName(/Only flows with this Bytes/);
    expect(actions()!.style.top).not.toBe('');
    press('Escape');
    expect(cellOf(shownRows()[2], 'Bytes')).toHaveFocus();
  });

  it('leaves the focus with the grid where its flow goes', () => {
    const before = rows(5);
    const update = showTable(before, { columns: ['Bytes', 'Packets'] });
    focusRow(4);
    press('ArrowRight');
    press('f');
    update(before.slice(0, 4));
    expect(actions()).not.toBeInTheDocument();
    expect(screen.getByRole('grid')).toHaveFocus();
    press('ArrowUp');
    expect((document.activeElement as HTMLElement).closest('[data-index]')).not.toBeNull();
  });

  it('goes where another flow comes to lie under the pointer', async () => {
    const before = rows(30);
    const update = showTable(before, { columns: ['Bytes', 'Packets'] });
    await userEvent.hover(cellOf(shownRows()[1], 'Bytes'));
    expect(actions()).toBeInTheDocument();
    update([row('new', { Bytes: 1 }), ...before]);
    expect(actions()).not.toBeInTheDocument();
  });
});
