import { COUNTED } from '../../src/dashboards/build/networkObservability';
import { expect, rangeOfMinutes, test } from './fixture';
import { bundledDashboard } from '../integration/dashboardQueries';

const UID = 'netobserv-network-observability';
const titles = bundledDashboard()
  .panels.filter(({ type }) => type !== 'row')
  .map(({ title }) => title);

/** Of the fixed flows there are no sums: single flows are read, minute by minute. */
function address(parameters: Record<string, string> = {}) {
  const read = { 'var-counted': COUNTED.flows, 'var-step': '60s' };
  return { uid: UID, queryParams: new URLSearchParams({ ...rangeOfMinutes(45), ...read, ...parameters }) };
}

test.describe('the dashboard Network Observability', () => {
  test.beforeEach(async ({ page }) => {
    // Tall enough for every panel to be in view: Grafana asks for nothing that is not.
    await page.setViewportSize({ width: 1600, height: 2600 });
  });

  test('shows data in every panel, under names that read', async ({ gotoDashboardPage }) => {
    const dashboard = await gotoDashboardPage(address({ kiosk: '' }));
    const panel = (title: string) => dashboard.getPanelByTitle(title).locator;
    const legend = (title: string, name: string) => panel(title).getByRole('button', { name, exact: true });

    await expect(panel('Flows')).toContainText('540');
    await expect(panel('Traffic')).toContainText('MB');
    await expect(legend('Total flows', 'flows').or(panel('Total flows').locator('canvas')).first()).toBeVisible();
    for (const title of ['Flows by source namespace', 'Volumetry by destination namespace']) {
      await expect(legend(title, 'mywebapp')).toBeVisible();
      await expect(legend(title, 'no namespace')).toBeVisible();
    }
    for (const title of ['Volumetry by source workload', 'Volumetry by destination workload']) {
      await expect(legend(title, 'database/postgres')).toBeVisible();
      await expect(legend(title, 'worker-1')).toBeVisible();
      await expect(legend(title, 'outside the cluster')).toBeVisible();
    }
    await expect(panel('Top applications')).toContainText('postgresql');
    await expect(panel('Unencrypted protocols')).toContainText('telnet');
    await expect(panel('Newest flows')).toContainText('EXT:customers');

    for (const title of titles) {
      await expect(panel(title), title).toBeVisible();
      await expect(panel(title).getByText('No data'), title).toHaveCount(0);
      await expect(dashboard.getPanelByTitle(title).getErrorIcon(), title).toHaveCount(0);
    }
  });

  test('lists the namespaces and workloads there are, and keeps to those chosen', async ({
    gotoDashboardPage,
    page,
  }) => {
    const dashboard = await gotoDashboardPage(address());
    const variable = (label: string) =>
      page.getByTestId('data-testid template variable').filter({ hasText: label }).getByRole('combobox');
    await variable('Destination workload').click();
    await expect(page.getByRole('option', { name: 'postgres', exact: true })).toBeVisible();
    await page.keyboard.press('Escape');
    await variable('Source namespace').click();
    await page.getByRole('option', { name: 'database', exact: true }).click();
    await page.keyboard.press('Escape');

    // Only one workload talks from there, once a minute to the web application.
    await expect(dashboard.getPanelByTitle('Flows').locator).toContainText(/^Flows\s*30$/);
    const workloads = dashboard.getPanelByTitle('Volumetry by source workload').locator;
    await expect(workloads.getByRole('button', { name: 'database/postgres', exact: true })).toBeVisible();
    await expect(workloads.getByRole('button', { name: 'media/player', exact: true })).toHaveCount(0);
  });
});
