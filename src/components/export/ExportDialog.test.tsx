import React from 'react';
import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { MemoryRouter } from 'react-router-dom';
import { rangeOf } from '../../data/newestFlow';
import { openFile, type FileTarget } from '../../data/export/fileTarget';
import { flowPages, type FlowPage, type PagedRequest } from '../../data/flowPager';
import { rows } from '../../data/flowRow.fixture';
import { permit } from '../../data/permit.fixture';
import { NO_FILTERS } from '../../flow';
import { testIds } from '../testIds';
import ExportDialog, { type ExportDialogProps } from './ExportDialog';

jest.mock('../../data/export/fileTarget', () => ({
  ...jest.requireActual('../../data/export/fileTarget'),
  openFile: jest.fn(),
}));
jest.mock('../../data/flowPager', () => ({
  ...jest.requireActual('../../data/flowPager'),
  flowPages: jest.fn(),
}));

// Grafana's dialog takes its time in jsdom where the machine is busy.
jest.setTimeout(30_000);

const REQUEST: PagedRequest = {
  uid: 'netobserv-loki',
  range: rangeOf(0, 1000),
  request: { set: NO_FILTERS, labels: [], duplicates: false },
};

function memory() {
  const parts: string[] = [];
  const target = {
    write: jest.fn((text: string) => {
      parts.push(text);
      return Promise.resolve();
    }),
    close: jest.fn(() => Promise.resolve()),
    abort: jest.fn(() => Promise.resolve()),
  } satisfies FileTarget;
  jest.mocked(openFile).mockResolvedValue(target);
  return { target, text: () => parts.join('') };
}

/** Pages that come when the test says so, and stop as the real ones do. */
function loki() {
  const waiting: Array<{ resolve(page: FlowPage): void; reject(error: unknown): void }> = [];
  jest.mocked(flowPages).mockImplementation(async function* (_, { signal } = {}) {
    for (;;) {
      const page = await new Promise<FlowPage>((resolve, reject) => {
        waiting.push({ resolve, reject });
        signal?.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError')));
      });
      yield page;
      if (page.last) {
        return;
      }
    }
  });
  const next = async () => {
    await waitFor(() => expect(waiting.length).toBeGreaterThan(0));
    return waiting.shift()!;
  };
  return {
    page: async (count: number, last = false) => {
      const { resolve } = await next();
      await act(async () => resolve(await Promise.resolve({ rows: rows(count), skipped: 0, last })));
    },
    fail: async (error: unknown) => {
      const { reject } = await next();
      act(() => reject(error));
    },
  };
}

function show(props: Partial<ExportDialogProps> = {}) {
  const onClose = jest.fn();
  const view = render(
    <ExportDialog
      rows={rows(3)}
      columns={['Bytes', 'K8S_Namespace']}
      request={REQUEST}
      total={12_400}
      cap={10}
      onClose={onClose}
      {...props}
    />,
    { wrapper: MemoryRouter }
  );
  return { user: userEvent.setup(), onClose, ...view };
}

const start = () => screen.getByTestId(testIds.export.start);
const outcome = () => screen.findByTestId(testIds.export.outcome);

beforeEach(() => {
  jest.mocked(openFile).mockReset();
  jest.mocked(flowPages).mockReset();
});

describe('the export dialog', () => {
  it('says how much there is, and what the cap allows', () => {
    show({ cap: 10_000 });
    const dialog = screen.getByRole('dialog', { name: 'Export flows' });
    expect(within(dialog).getByRole('radio', { name: /The 3 loaded/ })).toBeChecked();
    expect(dialog).toHaveTextContent('Everything that matches, about 12,400');
    expect(dialog).toHaveTextContent('10,000 at most');
  });

  it('exports the rows loaded with the columns shown, a pair as both its fields', async () => {
    const file = memory();
    const { user } = show();
    await user.click(start());
    expect(await outcome()).toHaveTextContent('3 flows written');
    const [header, first] = file.text().split('\r\n');
    expect(header).toBe('Bytes,SrcK8S_Namespace,DstK8S_Namespace');
    expect(first).toBe('0,demo,');
    expect(jest.mocked(openFile).mock.calls[0]?.[0]).toMatchObject({ mime: 'text/csv' });
    expect(flowPages).not.toHaveBeenCalled();
  });

  it('exports everything that matches as JSON, and tells how far it is', async () => {
    const file = memory();
    const { page } = loki();
    const { user } = show();
    await user.click(screen.getByRole('radio', { name: 'JSON' }));
    await user.click(screen.getByRole('radio', { name: 'All' }));
    await user.click(screen.getByRole('radio', { name: /Everything that matches/ }));
    await user.click(start());
    await page(4);
    const bar = await screen.findByRole('progressbar', { name: 'Exporting flows' });
    await waitFor(() => expect(bar).toHaveAttribute('aria-valuenow', '4'));
    expect(bar).toHaveAttribute('aria-valuemax', '10');
    expect(bar).toHaveAttribute('aria-valuetext', '4 of about 10 flows');
    await page(4, true);
    expect(await outcome()).toHaveTextContent('8 flows written');
    expect(JSON.parse(file.text())).toHaveLength(8);
    expect(flowPages).toHaveBeenCalledWith(REQUEST, expect.anything());
  });

  it('says that the cap ended it, and leads those who may raise it there', async () => {
    permit({ 'plugins:write': true });
    memory();
    const { page } = loki();
    const { user } = show();
    await user.click(screen.getByRole('radio', { name: /Everything that matches/ }));
    await user.click(start());
    await page(25);
    const said = await outcome();
    expect(said).toHaveTextContent('Exported as far as the cap allows');
    expect(said).toHaveTextContent('10 flows written');
    expect(within(said).getByRole('link', { name: 'configuration page' })).toBeInTheDocument();
  });

  it('stops for good when cancelled, and leaves no file', async () => {
    const { target } = memory();
    const { page } = loki();
    const { user } = show();
    await user.click(screen.getByRole('radio', { name: /Everything that matches/ }));
    await user.click(start());
    await page(2);
    await user.click(await screen.findByTestId(testIds.export.cancel));
    expect(await outcome()).toHaveTextContent('The export was cancelled');
    expect(target.abort).toHaveBeenCalledTimes(1);
    expect(target.close).not.toHaveBeenCalled();
    await user.click(screen.getByRole('button', { name: 'Export again' }));
    expect(start()).toBeInTheDocument();
  });

  it('stops when the dialog is closed', async () => {
    const { target } = memory();
    const { page } = loki();
    const { user, unmount } = show();
    await user.click(screen.getByRole('radio', { name: /Everything that matches/ }));
    await user.click(start());
    await page(2);
    unmount();
    await waitFor(() => expect(target.abort).toHaveBeenCalledTimes(1));
  });

  it('explains what Loki refused', async () => {
    memory();
    const { fail } = loki();
    const { user } = show();
    await user.click(screen.getByRole('radio', { name: /Everything that matches/ }));
    await user.click(start());
    await fail({ status: 504, data: { message: 'context deadline exceeded' } });
    const said = await outcome();
    expect(said).toHaveTextContent('Loki did not answer in time');
    expect(said).toHaveTextContent('No file was written');
    expect(said).toHaveTextContent('context deadline exceeded');
  });

  it('stays as it is where the person picks no file', async () => {
    jest.mocked(openFile).mockResolvedValue(undefined);
    const { user } = show();
    await user.click(start());
    await waitFor(() => expect(openFile).toHaveBeenCalled());
    expect(start()).toBeEnabled();
  });

  it('keeps the keyboard in the dialog from step to step', async () => {
    memory();
    const { page } = loki();
    const { user, onClose } = show();
    expect(start()).toHaveFocus();
    await user.click(screen.getByRole('radio', { name: /Everything that matches/ }));
    start().focus();
    await user.keyboard('{Enter}');
    expect(await screen.findByTestId(testIds.export.cancel)).toHaveFocus();
    await page(2, true);
    await outcome();
    expect(screen.getAllByRole('button', { name: 'Close' }).at(-1)).toHaveFocus();
    await user.keyboard('{Enter}');
    expect(onClose).toHaveBeenCalledTimes(1);
  });

  it('offers nothing where there is nothing', () => {
    show({ rows: [], request: undefined });
    expect(start()).toBeDisabled();
  });
});
