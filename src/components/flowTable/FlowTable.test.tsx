import { act, cleanup, createEvent, fireEvent, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { row, rows } from '../../data/flowRow.fixture';
import { testIds } from '../testIds';
import { cellOf, layOut, showTable, shownRows, VIEW_HEIGHT } from './FlowTable.harness';
import { HEADER_HEIGHT } from './tableStyles';

const HEIGHT = 40;

const names = () => shownRows().map((shown) => shown.textContent);
const scroller = () => screen.getByTestId(testIds.flows.table);

function scrollTo(pixels: number) {
  scroller().scrollTop = pixels;
  fireEvent.scroll(scroller());
}

beforeEach(layOut);
afterEach(() => jest.restoreAllMocks());

describe('the flow table', () => {
  it('has only the rows in view in the document, at 5,000 rows', () => {
    showTable(rows(5000));
    const shown = shownRows();
    expect(shown.length).toBeGreaterThan((VIEW_HEIGHT - HEADER_HEIGHT) / HEIGHT);
    expect(shown.length).toBeLessThan(40);
    expect(screen.getByRole('grid')).toHaveAttribute('aria-rowcount', '5002');
    expect(shown[0]).toHaveAttribute('aria-rowindex', '3');
  });

  it('shows other flows in the same elements as it scrolls', () => {
    showTable(rows(5000));
    const before = new Set(shownRows());
    scrollTo(2000 * HEIGHT);
    expect(shownRows()[6]).toHaveAttribute('data-index', '2000');
    scrollTo(2040 * HEIGHT);
    expect(shownRows().filter((shown) => before.has(shown)).length).toBe(before.size);
    expect(cellOf(shownRows()[6], 'SrcK8S_Name')).toHaveTextContent('client-2040');
  });

  it('shows values in words: names of ports and protocols, units, directions, kinds', () => {
    showTable([
      row('a', {
        SrcK8S_Name: 'web-1',
        SrcK8S_Type: 'Pod',
        DstPort: 443,
        Proto: 6,
        FlowDirection: 0,
        Bytes: 1_500_000,
        TimeFlowEndMs: Date.UTC(2026, 10, 24, 1, 2, 3, 4),
      }),
    ]);
    const shown = within(screen.getByTestId(testIds.flows.row));
    for (const text of ['2026-11-24 01:02:03.004', 'web-1', '443 (https)', 'TCP', 'Ingress', '1.50 MB']) {
      expect(shown.getByTitle(text)).toBeInTheDocument();
    }
    expect(shown.getByRole('img', { name: 'Pod' })).toBeInTheDocument();
    // What is copied from a cell is its value.
    expect(shown.getByTitle('web-1')).toHaveTextContent(/^web-1$/);
  });

  it('shows both ends in one cell, the missing one as a dash, and what is outside the cluster as such', () => {
    showTable([row('a', { SrcK8S_Namespace: 'demo', DstSubnetLabel: 'EXT:Google' })], {
      columns: ['K8S_Namespace', 'DstSubnetLabel', 'SubnetLabel', 'K8S_Name'],
    });
    const [only] = shownRows();
    expect(cellOf(only, 'K8S_Namespace')).toHaveAttribute('title', 'demo → –');
    expect(cellOf(only, 'K8S_Namespace').children).toHaveLength(2);
    expect(cellOf(only, 'DstSubnetLabel')).toHaveTextContent(/^Google$/);
    expect(within(cellOf(only, 'DstSubnetLabel')).getByRole('img', { name: 'Outside the cluster' })).toBeVisible();
    expect(cellOf(only, 'K8S_Name')).toBeEmptyDOMElement();
  });

  it('shows both ends on one line where rows are compact', () => {
    showTable([row('a', { SrcPort: 40_000, DstPort: 443, Proto: 6 })], { columns: ['Port'], density: 'compact' });
    expect(cellOf(shownRows()[0], 'Port')).toHaveTextContent('40000 → 443 (https)');
  });

  it('shows the columns asked for, in that order', () => {
    showTable(rows(1), { columns: ['Bytes', 'SrcAddr'] });
    const titles = screen.getAllByRole('columnheader').filter((header) => header.dataset.field !== undefined);
    expect(titles.map((header) => header.getAttribute('aria-label'))).toEqual(['Bytes', 'Source IP']);
    const cells = within(screen.getByTestId(testIds.flows.row)).getAllByRole('gridcell');
    expect(cells.map((cell) => cell.dataset.field)).toEqual(['Bytes', 'SrcAddr']);
  });

  it('sorts by a column: largest first, then smallest first, then as Loki gave them', async () => {
    const user = userEvent.setup();
    showTable(
      [9, 100, 20].map((Bytes) => row(String(Bytes), { Bytes })),
      { columns: ['Bytes'] }
    );
    const header = screen.getByRole('columnheader', { name: 'Bytes' });
    const button = within(header).getByRole('button');
    expect(header).toHaveAttribute('aria-sort', 'none');

    await user.click(button);
    expect(names()).toEqual(['100 B', '20 B', '9 B']);
    expect(header).toHaveAttribute('aria-sort', 'descending');

    await user.click(button);
    expect(names()).toEqual(['9 B', '20 B', '100 B']);
    expect(header).toHaveAttribute('aria-sort', 'ascending');

    await user.click(button);
    expect(names()).toEqual(['9 B', '100 B', '20 B']);
  });

  it('sorts names from A on first, and a pair by its source and then its destination', async () => {
    showTable(
      [
        ['b', 'a'],
        ['a', 'd'],
        ['a', 'c'],
      ].map(([from, to]) => row(`${from}${to}`, { SrcK8S_Name: from, DstK8S_Name: to })),
      { columns: ['K8S_Name'] }
    );
    await userEvent.click(screen.getByRole('button', { name: 'Name' }));
    expect(names()).toEqual(['ac', 'ad', 'ba']);
  });

  it('begins at the top again in another order', async () => {
    showTable(rows(500));
    scrollTo(100 * HEIGHT);
    await userEvent.click(screen.getByRole('button', { name: 'Bytes' }));
    expect(scroller().scrollTop).toBe(0);
    expect(shownRows()[0]).toHaveAttribute('data-index', '0');
  });

  it('puts columns of one end under its heading', () => {
    showTable(rows(1), { columns: ['SrcAddr', 'SrcPort', 'Bytes', 'DstAddr', 'Mac'] });
    expect(screen.getByRole('columnheader', { name: 'Source' })).toHaveAttribute('aria-colspan', '2');
    expect(screen.getByRole('columnheader', { name: 'Destination' })).toHaveAttribute('aria-colspan', '1');
    expect(screen.getByRole('columnheader', { name: 'Both ends' })).toHaveAttribute('aria-colspan', '1');
  });

  it('has what comes after the last row', () => {
    showTable(rows(2), { footer: 'Load older flows' });
    expect(screen.getByText('Load older flows')).toBeInTheDocument();
  });

  it('moves a column by keys, and by dragging its title', () => {
    const onColumns = jest.fn();
    showTable(rows(1), { columns: ['Bytes', 'Packets', 'Proto'], onColumns });
    fireEvent.keyDown(screen.getByRole('button', { name: 'Bytes' }), { key: 'ArrowRight', shiftKey: true });
    expect(onColumns).toHaveBeenLastCalledWith(['Packets', 'Bytes', 'Proto']);

    const dataTransfer = { setData: jest.fn(), effectAllowed: '' };
    const title = (name: string) => screen.getByRole('columnheader', { name });
    const over = createEvent.dragOver(title('Protocol'), { dataTransfer });
    // jsdom's drag events know no place: the right half of a title of no width.
    Object.defineProperty(over, 'clientX', { value: 1 });
    fireEvent.dragStart(title('Packets'), { dataTransfer });
    fireEvent(title('Protocol'), over);
    fireEvent.drop(title('Protocol'), { dataTransfer });
    expect(onColumns).toHaveBeenLastCalledWith(['Bytes', 'Proto', 'Packets']);
  });

  it('resizes a column by keys and by dragging its handle', () => {
    jest.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(100);
    const onWidths = jest.fn();
    showTable(rows(1), { columns: ['Bytes', 'Packets'], onWidths });
    const handle = screen.getByRole('separator', { name: 'Width of Packets' });
    fireEvent.keyDown(handle, { key: 'ArrowRight' });
    expect(onWidths).toHaveBeenLastCalledWith({ Bytes: 100, Packets: 108 });
    fireEvent.keyDown(handle, { key: 'ArrowLeft', shiftKey: true });
    expect(onWidths).toHaveBeenLastCalledWith({ Bytes: 100, Packets: 40 });
    expect(handle).toHaveAttribute('aria-valuenow', '40');

    const pointer = (type: string, clientX: number) =>
      fireEvent(handle, new MouseEvent(type, { bubbles: true, button: 0, clientX }));
    pointer('pointerdown', 10);
    pointer('pointermove', 60);
    expect(screen.getByRole('grid').style.getPropertyValue('--flow-columns')).toBe('100px 150px');
    expect(onWidths).toHaveBeenCalledTimes(2);
    pointer('pointerup', 60);
    expect(onWidths).toHaveBeenLastCalledWith({ Bytes: 100, Packets: 150 });
  });

  it('has one title, its handle and one row in the tab order', () => {
    showTable(rows(100));
    const reachable = [...document.querySelectorAll<HTMLElement>('button, [tabindex]')].filter(
      (element) => element.tabIndex === 0
    );
    expect(reachable).toHaveLength(3);
  });

  it('says whether the pointer is over a row', () => {
    const onPointer = jest.fn();
    showTable(rows(3), { onPointer });
    fireEvent.pointerOver(shownRows()[0]!);
    fireEvent.pointerOver(shownRows()[1]!);
    expect(onPointer.mock.calls).toEqual([[true]]);
    fireEvent.pointerLeave(scroller());
    expect(onPointer).toHaveBeenLastCalledWith(false);
  });

  it('says that the pointer is over no row where the table goes from under it', () => {
    const onPointer = jest.fn();
    showTable(rows(3), { onPointer });
    fireEvent.pointerOver(shownRows()[0]!);
    cleanup();
    expect(onPointer.mock.calls).toEqual([[true], [false]]);
  });

  it('marks the open row and new rows', () => {
    showTable(rows(3), { openId: 'row-1', freshIds: new Set(['row-0']) });
    const [fresh, open, other] = shownRows();
    expect(open).toHaveAttribute('aria-selected', 'true');
    expect(fresh?.className).not.toBe(other?.className);
  });
});

describe('new rows in the flow table', () => {
  const before = rows(500);
  const after = [...Array.from({ length: 20 }, (_, index) => row(`new-${index}`, {})), ...before];

  it('leave in its place what a person looks at further down', () => {
    const update = showTable(before);
    scrollTo(100 * HEIGHT + 11);
    const first = shownRows()[6]!;
    expect(first).toHaveTextContent('client-100');
    update(after);
    expect(scroller().scrollTop).toBe(120 * HEIGHT + 11);
    // The very element, and so what is selected in it.
    expect(first).toHaveTextContent('client-100');
    expect(first).toHaveAttribute('data-index', '120');
  });

  it('appear at the top for those who are there, and leave the focus on its flow', () => {
    const update = showTable(before);
    act(() => shownRows()[1]!.focus());
    update([...after.slice(0, 3), ...before]);
    expect(scroller().scrollTop).toBe(0);
    expect(shownRows()[0]).toHaveAttribute('data-index', '0');
    expect(document.activeElement).toHaveTextContent('client-1');
    expect(document.activeElement).toHaveAttribute('data-index', '4');
  });

  it('leave the focus with the grid where its flow has left the view, and keys go on from there', () => {
    const update = showTable(before);
    act(() => shownRows()[0]!.focus());
    update(after);
    scrollTo(300 * HEIGHT);
    expect(screen.getByRole('grid')).toHaveFocus();
    fireEvent.keyDown(document.activeElement!, { key: 'ArrowDown' });
    expect(document.activeElement).toHaveTextContent('client-1');
  });
});
