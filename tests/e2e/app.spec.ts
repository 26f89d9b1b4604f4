import type { Page } from '@playwright/test';
import { testIds } from '../../src/components/testIds';
import { expect, rangeOfMinutes, test } from './fixture';

const APP = 'netobserv-flows-app';

async function setEnabled(page: Page, enabled: boolean): Promise<void> {
  const answer = await page.request.post(`/api/plugins/${APP}/settings`, {
    data: { enabled, pinned: true, jsonData: { lokiUid: 'netobserv-loki', defaultLimit: 500 } },
  });
  expect(answer.ok()).toBe(true);
}

test.describe('the app', () => {
  test.afterEach(async ({ page }) => setEnabled(page, true));

  test('is enabled on its page and brings its dashboard along', async ({ page }) => {
    await setEnabled(page, false);
    await page.goto(`/plugins/${APP}`);
    await page.getByRole('button', { name: 'Enable', exact: true }).click();
    await expect(page.getByRole('button', { name: 'Disable', exact: true })).toBeVisible();
    const settings = await page.request.get(`/api/plugins/${APP}/settings`);
    expect((await settings.json()) as unknown).toMatchObject({ enabled: true });
    const dashboard = await page.request.get('/api/dashboards/uid/netobserv-network-observability');
    expect(dashboard.ok()).toBe(true);
  });

  test('has its pages in the navigation, and each opens', async ({ page, flowTable }) => {
    await page.goto(`/a/${APP}?${new URLSearchParams(rangeOfMinutes(15)).toString()}`);
    // The app's own address leads to its first page.
    await expect(page).toHaveURL(new RegExp(`/a/${APP}/overview`));
    await expect(page.getByTestId(testIds.overview.row).first()).toBeVisible();
    const navigation = page.getByRole('navigation').first();
    await navigation.getByRole('button', { name: 'Expand section: Network Observability' }).click();
    const link = (name: string) => navigation.getByRole('link', { name, exact: true });
    await expect(link('Network Observability')).toHaveAttribute('href', `/a/${APP}/overview`);
    await link('Flow table').click();
    await expect(page).toHaveURL(new RegExp(`/a/${APP}/flows`));
    await expect(flowTable.rows.first()).toBeVisible();
    await link('Dashboard').click();
    await expect(page).toHaveURL(/\/d\/netobserv-network-observability/);
    await link('Configuration').click();
    await expect(page.getByTestId(testIds.config.form)).toBeVisible();
  });
});

test.describe('the configuration page', () => {
  test('tests the way to flows and says what it found', async ({ page }) => {
    await page.goto(`/plugins/${APP}`);
    await page.getByTestId(testIds.config.test).click();
    const found = page.getByTestId(testIds.config.results).getByRole('listitem');
    await expect(found).toHaveCount(3);
    await expect(found.nth(0)).toHaveAttribute('data-state', 'ok');
    await expect(found.nth(1)).toHaveAttribute('data-state', 'ok');
    await expect(found.nth(2)).toHaveAttribute('data-step', 'flows');
  });

  test('says which part is missing where the data source does not answer', async ({ page }) => {
    const made = await page.request.post('/api/datasources', {
      data: { name: 'Loki out of reach', type: 'loki', access: 'proxy', url: 'http://127.0.0.1:9' },
    });
    const { datasource } = (await made.json()) as { datasource: { uid: string } };
    try {
      await page.goto(`/plugins/${APP}`);
      await page.locator('#config-data-source').fill('Loki out of reach');
      await page.keyboard.press('Enter');
      await page.getByTestId(testIds.config.test).click();
      const found = page.getByTestId(testIds.config.results).getByRole('listitem');
      await expect(found.first()).toHaveAttribute('data-state', 'missing');
    } finally {
      await page.request.delete(`/api/datasources/uid/${datasource.uid}`);
    }
  });

  test('keeps what is saved', async ({ page }) => {
    await page.goto(`/plugins/${APP}`);
    await page.getByTestId(testIds.config.limit).click();
    await page.getByRole('option', { name: '100', exact: true }).click();
    await page.getByTestId(testIds.config.save).click();
    await expect(async () => {
      const settings = await page.request.get(`/api/plugins/${APP}/settings`);
      expect((await settings.json()) as unknown).toMatchObject({ jsonData: { defaultLimit: 100 } });
    }).toPass();
    // The page loads itself anew, with what was saved.
    await expect(page.getByTestId(testIds.config.limit)).toHaveValue('100');
    await setEnabled(page, true);
  });
});
