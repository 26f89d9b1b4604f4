import React, { useState } from 'react';
import { act, fireEvent, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { FieldName } from '@netobserv-flows/schema';
import { row, rows } from '../../data/flowRow.fixture';
import type { FlowRow } from '../../data/flowRow';
import type { FlowSort } from '../../data/sortFlows';
import { testIds } from '../testIds';
import { DEFAULT_COLUMNS } from './columns';
import { FlowTable } from './FlowTable';

const VIEW_HEIGHT = 600;

interface Options {
  columns?: readonly FieldName[];
  onOpen?(row: FlowRow): void;
}

function Harness({ data, columns = DEFAULT_COLUMNS, onOpen = () => {} }: Options & { data: readonly FlowRow[] }) {
  const [sort, setSort] = useState<FlowSort>();
  return <FlowTable rows={data} columns={columns} sort={sort} timeZone="utc" onSort={setSort} onOpen={onOpen} />;
}

function show(data: readonly FlowRow[], options: Options = {}) {
  return render(<Harness data={data} {...options} />);
}

const names = () => screen.getAllByTestId(testIds.flows.row).map((shown) => shown.textContent);

beforeEach(() => {
  Element.prototype.scrollTo = jest.fn();
  // jsdom lays nothing out: the table's view is given a size, as a window has one.
  jest.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(VIEW_HEIGHT);
  jest.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(1200);
});

afterEach(() => jest.restoreAllMocks());

describe('the flow table', () => {
  it('has only the rows in view in the document, at 5,000 rows', () => {
    show(rows(5000));
    const shown = screen.getAllByTestId(testIds.flows.row);
    expect(shown.length).toBeGreaterThan(10);
    expect(shown.length).toBeLessThan(60);
    expect(screen.getByRole('grid')).toHaveAttribute('aria-rowcount', '5002');
    expect(shown[0]).toHaveAttribute('aria-rowindex', '3');
  });

  it('shows values in words: names of ports and protocols, units, directions, kinds', () => {
    show([
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
      expect(shown.getByText(text)).toBeInTheDocument();
    }
    expect(shown.getByRole('img', { name: 'Pod' })).toBeInTheDocument();
  });

  it('shows the columns asked for, in that order', () => {
    show(rows(1), { columns: ['Bytes', 'SrcAddr'] });
    const titles = screen.getAllByRole('columnheader').filter((header) => header.dataset.field !== undefined);
    expect(titles.map((header) => header.getAttribute('aria-label'))).toEqual(['Bytes', 'Source IP']);
    const cells = within(screen.getByTestId(testIds.flows.row)).getAllByRole('gridcell');
    expect(cells.map((cell) => cell.dataset.field)).toEqual(['Bytes', 'SrcAddr']);
  });

  it('sorts by a column: largest first, then smallest first, then as Loki gave them', async () => {
    const user = userEvent.setup();
    show(
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

  it('sorts names from A on first', async () => {
    show(
      ['b', 'c', 'a'].map((name) => row(name, { SrcK8S_Name: name })),
      { columns: ['SrcK8S_Name'] }
    );
    await userEvent.click(screen.getByRole('button', { name: 'Name' }));
    expect(names()).toEqual(['a', 'b', 'c']);
  });

  it('opens a row by click and by Enter, and moves by arrows', async () => {
    const onOpen = jest.fn();
    show(rows(30), { onOpen });
    const [first, second] = screen.getAllByTestId(testIds.flows.row);
    await userEvent.click(second!);
    expect(onOpen).toHaveBeenLastCalledWith(expect.objectContaining({ id: 'row-1' }));

    act(() => first!.focus());
    fireEvent.keyDown(first!, { key: 'ArrowDown' });
    expect(second).toHaveFocus();
    fireEvent.keyDown(second!, { key: 'ArrowDown' });
    fireEvent.keyDown(document.activeElement!, { key: 'Enter' });
    expect(onOpen).toHaveBeenLastCalledWith(expect.objectContaining({ id: 'row-2' }));
  });

  it('has one row in the tab order', () => {
    show(rows(100));
    const reachable = screen.getAllByTestId(testIds.flows.row).filter((shown) => shown.tabIndex === 0);
    expect(reachable).toHaveLength(1);
  });

  it('puts columns of one end under its heading', () => {
    show(rows(1), { columns: ['SrcAddr', 'SrcPort', 'Bytes', 'DstAddr'] });
    expect(screen.getByRole('columnheader', { name: 'Source' })).toHaveAttribute('aria-colspan', '2');
    expect(screen.getByRole('columnheader', { name: 'Destination' })).toHaveAttribute('aria-colspan', '1');
  });
});
