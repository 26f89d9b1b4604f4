import React from 'react';
import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { config, locationService } from '@grafana/runtime';
import type { AlertSubject } from '../../data/alerts/alertSubject';
import { permit } from '../../data/permit.fixture';
import { NO_FILTERS } from '../../flow';
import { testIds } from '../testIds';
import { CreateAlert } from './CreateAlert';

jest.setTimeout(30_000);

const mockDefaults = jest.fn<Promise<unknown>, unknown[]>();
const mockPublish = jest.fn();

jest.mock('../../data/alerts/createAlert', () => ({
  ...jest.requireActual('../../data/alerts/createAlert'),
  alertDefaults: (...args: unknown[]) => mockDefaults(...args),
}));
jest.mock('@grafana/runtime', () => ({
  ...jest.requireActual('@grafana/runtime'),
  getAppEvents: () => ({ publish: mockPublish }),
}));

const subject = (title: string): AlertSubject => ({
  title,
  view: { groupBy: [], measure: 'Bytes', filters: NO_FILTERS },
  windowMs: 60_000,
  limit: 1,
  where: '',
  flows: [],
});

beforeEach(() => {
  config.unifiedAlertingEnabled = true;
  permit({ 'alert.rules:create': true, 'folders:read': true });
  locationService.push('/a/netobserv-flows-app/flows?filter=port%3D53');
  mockDefaults.mockReset().mockResolvedValue({ name: 'a rule' });
  mockPublish.mockReset();
});

const button = () => screen.getByTestId(testIds.alerts.create);

describe('‘create alert’', () => {
  it('opens Grafana’s rule editor, which leads back here', async () => {
    render(<CreateAlert uid="loki" subjects={[subject('Rate')]} />);
    await userEvent.click(button());
    await waitFor(() => expect(locationService.getLocation().pathname).toBe('/alerting/new'));
    const search = new URLSearchParams(locationService.getLocation().search);
    expect(JSON.parse(search.get('defaults')!)).toEqual({ name: 'a rule' });
    expect(search.get('returnTo')).toBe('/a/netobserv-flows-app/flows?filter=port%3D53');
    expect(mockDefaults).toHaveBeenCalledWith('loki', subject('Rate'), expect.any(Number));
  });

  it('asks which of several questions, by keyboard too', async () => {
    render(<CreateAlert uid="loki" subjects={[subject('Sent'), subject('Received')]} of="Which pods?" />);
    await userEvent.tab();
    expect(screen.getByRole('button', { name: 'Create alert from “Which pods?”' })).toHaveFocus();
    await userEvent.keyboard('{Enter}');
    const item = await screen.findByRole('menuitem', { name: 'Received' });
    expect(mockDefaults).not.toHaveBeenCalled();
    await userEvent.keyboard('{ArrowDown}');
    expect(item).toHaveFocus();
    await userEvent.keyboard('{Enter}');
    await waitFor(() => expect(mockDefaults).toHaveBeenCalledWith('loki', subject('Received'), expect.any(Number)));
  });

  it('tells why where the query fails, and stays', async () => {
    mockDefaults.mockRejectedValue(new Error('context deadline exceeded'));
    render(<CreateAlert uid="loki" subjects={[subject('Rate')]} />);
    await userEvent.click(button());
    await waitFor(() => expect(mockPublish).toHaveBeenCalled());
    expect(JSON.stringify(mockPublish.mock.calls)).toContain('Loki did not answer in time');
    expect(locationService.getLocation().pathname).toBe('/a/netobserv-flows-app/flows');
  });

  it('goes nowhere for whoever has left meanwhile', async () => {
    let answer: (value: unknown) => void = () => undefined;
    mockDefaults.mockReturnValue(new Promise((resolve) => (answer = resolve)));
    render(<CreateAlert uid="loki" subjects={[subject('Rate')]} />);
    await userEvent.click(button());
    locationService.push('/a/netobserv-flows-app/overview');
    answer({});
    await waitFor(() => expect(button()).toHaveAttribute('aria-disabled', 'false'));
    expect(locationService.getLocation().pathname).toBe('/a/netobserv-flows-app/overview');
  });

  it.each([
    ['no permission for rules', { 'folders:read': true }, 'Viewer'],
    ['none for folders', { 'alert.rules:create': true }, 'Viewer'],
    ['no permissions at all, and a viewer’s role', {}, 'Viewer'],
  ] as const)('cannot be clicked with %s, and says why', async (_, permissions, role) => {
    permit(permissions, role);
    render(<CreateAlert uid="loki" subjects={[subject('Rate')]} />);
    expect(button()).toHaveAttribute('aria-disabled', 'true');
    await userEvent.hover(button());
    expect(await screen.findByText(/may not create alert rules/)).toBeInTheDocument();
    await userEvent.click(button());
    expect(mockDefaults).not.toHaveBeenCalled();
  });

  it('says that alerting is off', async () => {
    config.unifiedAlertingEnabled = false;
    render(<CreateAlert uid="loki" subjects={[subject('Rate')]} />);
    await userEvent.hover(button());
    expect(await screen.findByText(/switched off/)).toBeInTheDocument();
  });
});
