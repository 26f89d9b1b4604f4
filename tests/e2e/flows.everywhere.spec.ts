import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { testIds } from '../../src/components/testIds';
import { expect, rangeOfMinutes, test } from './fixture';

const range = { ...rangeOfMinutes(45), limit: '500' };

/** Serious findings of axe within the app's page; Grafana's own menus around it are not ours to mend. */
async function seriousFindings(page: Page, selector: string): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).include(selector).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}

const FLOWS = `[data-testid="${testIds.flows.page}"]`;

test.describe('everywhere', () => {
  for (const theme of ['dark', 'light']) {
    test(`an accessibility scan finds nothing serious in ${theme}: rows, details, filters, empty`, async ({
      flowTable,
      page,
    }) => {
      await flowTable.goto({ ...range, theme, filter: 'src_namespace=mywebapp' });
      await flowTable.rows.nth(1).click();
      await expect(flowTable.details).toBeVisible();
      await page.getByTestId(testIds.filters.add).click();
      expect(await seriousFindings(page, FLOWS)).toEqual([]);
      await flowTable.details.getByRole('tab', { name: 'Conversation' }).click();
      await expect(flowTable.details.getByTestId(testIds.details.conversation)).toBeVisible();
      expect(await seriousFindings(page, FLOWS)).toEqual([]);
      await flowTable.goto({ ...range, theme, filter: 'src_namespace="no such namespace"' });
      await expect(flowTable.empty).toBeVisible();
      expect(await seriousFindings(page, FLOWS)).toEqual([]);
    });
  }

  test('nor in the dialogs', async ({ flowTable, page }) => {
    await flowTable.goto(range);
    await expect(flowTable.rows.first()).toBeVisible();
    await page.getByTestId(testIds.flows.columns).click();
    await expect(page.getByTestId(testIds.flowTable.shown)).toBeVisible();
    expect(await seriousFindings(page, '[role="dialog"]')).toEqual([]);
    await page.keyboard.press('Escape');
    await flowTable.export.click();
    await expect(page.getByTestId(testIds.export.dialog)).toBeVisible();
    expect(await seriousFindings(page, '[role="dialog"]')).toEqual([]);
  });

  for (const [width, height] of [
    [1280, 720],
    [3840, 2160],
  ] as const) {
    test(`the page fits ${width} pixels: only the table scrolls`, async ({ flowTable, page }) => {
      await page.setViewportSize({ width, height });
      await flowTable.goto(range);
      await expect(flowTable.rows.first()).toBeVisible();
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
      const table = (await flowTable.scroller.boundingBox())!;
      expect(table.x + table.width).toBeLessThanOrEqual(width);
      for (const title of ['Bytes', 'Packets', 'Protocol']) {
        const box = (await flowTable.column(title).boundingBox())!;
        expect(box.x + box.width).toBeLessThanOrEqual(width);
      }
    });
  }

  test('nothing moves while flows are loading', async ({ flowTable, page }) => {
    let hold = true;
    await page.route('**/api/ds/query**', async (route) => {
      while (hold) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      await route.continue();
    });
    await flowTable.goto(range);
    await expect(page.getByTestId(testIds.flowTable.skeleton)).toBeVisible();
    const header = page.getByTestId(testIds.flowTable.skeleton);
    // The space left below is known once the browser has laid the page out, a frame after the skeleton is there.
    await expect.poll(async () => (await header.boundingBox())!.height).toBeGreaterThan(320);
    const before = (await header.boundingBox())!;
    hold = false;
    await expect(flowTable.rows.first()).toBeVisible();
    const after = (await flowTable.scroller.boundingBox())!;
    expect([after.x, after.y, after.width, after.height]).toEqual([before.x, before.y, before.width, before.height]);
  });

  test('a cancelled query really stops', async ({ flowTable, page }) => {
    const stopped: string[] = [];
    page.on('requestfailed', (request) => stopped.push(request.url()));
    await page.route('**/api/ds/query**', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 20_000));
      await route.continue().catch(() => undefined);
    });
    await flowTable.goto({ ...range, histogram: 'off' });
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect(flowTable.error).toContainText('cancelled');
    await expect.poll(() => stopped.filter((url) => url.includes('/api/ds/query')).length).toBeGreaterThan(0);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await flowTable.error.getByRole('button', { name: 'Try again' }).click();
    await expect(flowTable.rows.first()).toBeVisible();
  });

  test('a limit of Loki turns into advice that can be taken with one click', async ({ flowTable, page }) => {
    await page.route('**/api/ds/query**', async (route) => {
      const message = 'the query would read too many bytes (query: 3.1 GB, limit: 1 GB)';
      await route.fulfill({
        status: 400,
        json: { results: { flows: { error: message, status: 400, refId: 'flows', frames: [] } } },
      });
    });
    await flowTable.goto({ ...range, histogram: 'off' });
    await expect(flowTable.error).toContainText('would read more than Loki allows');
    await expect(flowTable.error).toContainText('3.1 GB');
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await flowTable.error.getByRole('button', { name: 'Ask for a quarter of the time range' }).click();
    await expect(flowTable.rows.first()).toBeVisible();
    await expect(page).not.toHaveURL(new RegExp(`from=${range.from}`));
  });
});
