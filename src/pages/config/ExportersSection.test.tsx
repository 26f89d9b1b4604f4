import React from 'react';
import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { serveFrom } from '../../components/subPath.fixture';
import { collectorReports, type CollectorReports, type ExporterReport } from '../../data/collectorReports';
import { ExportersSection, exporterRow } from './ExportersSection';

jest.mock('../../data/collectorReports', () => ({
  ...jest.requireActual('../../data/collectorReports'),
  collectorReports: jest.fn(),
}));
const asked = jest.mocked(collectorReports);

afterEach(() => serveFrom(''));

const EXPORTER: ExporterReport = {
  collector: 'collector-0.x',
  address: '10.0.0.1',
  name: 'worker-1',
  protocols: ['IPFIX'],
  lastSeenMs: 1000,
  flowsPerSecond: 12.34,
  sampling: 400,
  clockSkewMs: -65_000,
  lost: [{ reason: 'no_template', count: 1200 }],
};

const answer = (reports: Partial<CollectorReports>) =>
  asked.mockResolvedValueOnce({ collectors: ['collector-0.x'], exporters: [], complete: true, ...reports });

describe('an exporter in words', () => {
  it('says what is known', () => {
    expect(exporterRow(EXPORTER, 4000)).toMatchObject({
      exporter: 'worker-1 (10.0.0.1)',
      protocols: 'IPFIX',
      seen: '3 seconds ago',
      rate: '12.3',
      sampling: '1 in 400',
      clock: '1 minute behind',
      lost: '1,200 no_template',
    });
  });

  it('says what is not', () => {
    const bare: ExporterReport = { collector: 'c', address: 'other', protocols: [], flowsPerSecond: 0, lost: [] };
    expect(exporterRow(bare, 4000)).toMatchObject({
      exporter: 'other',
      protocols: '–',
      seen: '–',
      sampling: '–',
      clock: '–',
      lost: 'nothing',
    });
  });
});

describe('the exporters of the configuration page', () => {
  it('shows them, and asks again on request', async () => {
    answer({ exporters: [EXPORTER] });
    render(<ExportersSection uid="loki" />);
    const table = await screen.findByRole('table');
    expect(within(table).getByText('worker-1 (10.0.0.1)')).toBeInTheDocument();
    asked.mockRejectedValueOnce({ status: 502, data: { message: 'dial tcp: connection refused' } });
    await userEvent.click(screen.getByRole('button', { name: 'Refresh exporters' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('cannot be reached');
  });

  it('tells a collector that nothing is sent to from none at all', async () => {
    answer({});
    const { unmount } = render(<ExportersSection uid="loki" />);
    expect(await screen.findByText(/collector-0.x is running, and no exporter has sent/)).toBeInTheDocument();
    unmount();
    answer({ collectors: [] });
    render(<ExportersSection uid="loki" />);
    expect(await screen.findByText(/No collector has reported/)).toBeInTheDocument();
  });

  it('leads to the dashboard of collectors over the data source chosen, below Grafana’s sub path too', async () => {
    answer({});
    serveFrom('/grafana');
    render(<ExportersSection uid="loki 2" />);
    expect(screen.getByRole('link', { name: 'Collector health' })).toHaveAttribute(
      'href',
      '/grafana/d/netobserv-collector-health?var-datasource=loki%202'
    );
    expect(await screen.findByText(/no exporter has sent/)).toBeInTheDocument();
  });

  it('asks nothing without a data source', () => {
    asked.mockClear();
    render(<ExportersSection uid="" />);
    expect(asked).not.toHaveBeenCalled();
    expect(screen.getByText(/Choose a data source/)).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Collector health' })).toHaveAttribute(
      'href',
      '/d/netobserv-collector-health'
    );
  });
});
