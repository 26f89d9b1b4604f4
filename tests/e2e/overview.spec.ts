import type { Page } from '@playwright/test';
import { testIds } from '../../src/components/testIds';
import { formatBytes } from '../../src/flow';
import { countedWithin, expect, rangeOfMinutes, test } from './fixture';

const range = rangeOfMinutes(15);

async function open(page: Page, parameters: Record<string, string> = {}): Promise<void> {
  await page.goto(`/a/netobserv-flows-app/overview?${new URLSearchParams({ ...range, ...parameters }).toString()}`);
  await expect(page.getByTestId(testIds.overview.panel).first()).toBeVisible();
}

const panel = (page: Page, id: string) => page.locator(`[data-testid="${testIds.overview.panel}"][data-panel="${id}"]`);

const sum = (flows: ReturnType<typeof countedWithin>) => flows.reduce((total, { Bytes }) => total + Bytes, 0);

test.describe('the overview', () => {
  test('adds up the flows of the time range, each once, and says that there are no rollups', async ({ page }) => {
    await open(page);
    const figures = panel(page, 'totals').getByTestId(testIds.overview.figure);
    const flows = countedWithin(15);
    await expect(figures.nth(0)).toContainText(formatBytes(sum(flows)));
    const inside = flows.filter((flow) => flow.SrcK8S_Type !== undefined && flow.DstK8S_Type !== undefined);
    await expect(figures.nth(3)).toContainText(formatBytes(sum(inside)));
    await expect(page.getByTestId(testIds.overview.notice)).toContainText('no rollups');
    await expect(page.getByTestId(testIds.overview.failed)).toHaveCount(0);
    await expect(page.getByTestId(testIds.overview.loading)).toHaveCount(0);
  });

  test('leads from a namespace to its flows, with the same filters and time', async ({ page, flowTable }) => {
    await open(page, { filter: 'proto=tcp' });
    const row = panel(page, 'namespaces').getByTestId(testIds.overview.row).first();
    const namespace = (await row.getByRole('link').textContent()) ?? '';
    await row.getByRole('link').click();
    await expect(flowTable.chips).toHaveCount(2);
    // Grafana writes a fixed time as a date.
    expect(new URL(page.url()).searchParams.get('from')).toBe(new Date(Number(range.from)).toISOString());
    const expected = countedWithin(15).filter(
      (flow) => flow.Proto === 6 && [flow.SrcK8S_Namespace, flow.DstK8S_Namespace].includes(namespace)
    );
    await expect(flowTable.summary).toContainText(`${Math.min(expected.length, 500)} flows`);
  });

  test('follows filters, and keeps the choice of panels in the address', async ({ page }) => {
    await open(page, { panels: 'namespaces,applications' });
    await expect(page.getByTestId(testIds.overview.panel)).toHaveCount(2);
    await page.getByTestId(testIds.filters.input).fill('namespace="database"');
    await page.getByTestId(testIds.filters.input).press('Enter');
    const names = panel(page, 'namespaces').getByTestId(testIds.overview.row);
    await expect(names.first()).toContainText('database');
    await page.getByTestId(testIds.overview.panels).click();
    await page.getByRole('checkbox', { name: 'Which nodes have the most traffic?' }).check({ force: true });
    await expect(page).toHaveURL(/panels=namespaces(%2C|,)applications(%2C|,)nodes/);
    await expect(page.getByTestId(testIds.overview.panel)).toHaveCount(3);
    await page.reload();
    await expect(page.getByTestId(testIds.overview.panel)).toHaveCount(3);
  });
});
