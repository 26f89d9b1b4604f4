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

type Flow = ReturnType<typeof countedWithin>[number];

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
    await page.getByRole('button', { name: 'Done' }).click();
    await expect(page).toHaveURL(/panels=namespaces(%2C|,)applications(%2C|,)nodes/);
    await expect(page.getByTestId(testIds.overview.panel)).toHaveCount(3);
    await page.reload();
    await expect(page.getByTestId(testIds.overview.panel)).toHaveCount(3);
  });

  test('has its panels in an order that is dragged, moved by keys, kept in the address, and restored', async ({
    page,
  }) => {
    await open(page, { panels: 'namespaces,nodes,applications' });
    const order = () =>
      page.getByTestId(testIds.overview.panel).evaluateAll((all) => all.map((one) => one.getAttribute('data-panel')));
    await page.getByTestId(testIds.overview.panels).click();
    const shown = page.getByTestId(testIds.overview.shownPanels);
    await shown.getByLabel('Move Which nodes have the most traffic?').focus();
    for (const key of ['Space', 'ArrowUp', 'Space']) {
      await page.keyboard.press(key);
      // The list moves before it takes the next key.
      await page.waitForTimeout(500);
    }
    await expect(page).toHaveURL(/panels=nodes(%2C|,)namespaces(%2C|,)applications/);
    const grip = (await shown.getByLabel(/^Move What is the traffic/).boundingBox())!;
    const first = (await shown.getByLabel(/^Move Which nodes/).boundingBox())!;
    await page.mouse.move(grip.x + 30, grip.y + grip.height / 2);
    await page.mouse.down();
    await page.mouse.move(grip.x + 30, grip.y - 10, { steps: 5 });
    await page.mouse.move(first.x + 30, first.y, { steps: 10 });
    await page.waitForTimeout(300);
    await page.mouse.up();
    await expect(page).toHaveURL(/panels=applications(%2C|,)nodes(%2C|,)namespaces/);
    expect(await order()).toEqual(['applications', 'nodes', 'namespaces']);
    await page.reload();
    await expect.poll(order).toEqual(['applications', 'nodes', 'namespaces']);
    await page.getByTestId(testIds.overview.panels).click();
    await page.getByRole('button', { name: 'Restore defaults' }).click();
    await expect(page).not.toHaveURL(/panels=/);
    await expect(page.getByTestId(testIds.overview.panel)).toHaveCount(13);
  });

  test('has views of its own, with filters, scope and panels', async ({ page, flowTable }) => {
    const name = `Names asked for ${Date.now()}`;
    await open(page, { panels: 'nodes,totals', quick: 'DNS', scope: 'namespace:mywebapp' });
    await page.getByTestId(testIds.views.button).click();
    await expect(page.getByRole('button', { name: 'Make default' })).toHaveCount(0);
    await page.getByTestId(testIds.views.save).click();
    await page.getByTestId(testIds.views.name).fill(name);
    await page.keyboard.press('Enter');
    await expect(page.getByTestId(testIds.views.mine)).toContainText(name);

    await open(page);
    await page.getByTestId(testIds.views.button).click();
    await page.getByTestId(testIds.views.mine).getByRole('button', { name, exact: true }).click();
    await expect(page).toHaveURL(/quick=DNS/);
    await expect(page).toHaveURL(/scope=namespace(%3A|:)mywebapp/);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Overview: namespace mywebapp');
    await expect(page.getByTestId(testIds.overview.panel)).toHaveCount(2);
    await page.goBack();
    await expect(page).not.toHaveURL(/quick=DNS/);
    await expect(page.getByTestId(testIds.overview.panel)).toHaveCount(13);

    await flowTable.goto({ ...range, limit: '50' });
    await expect(flowTable.rows.first()).toBeVisible();
    await page.getByTestId(testIds.views.button).click();
    await expect(page.getByTestId(testIds.views.mine)).toBeVisible();
    await expect(page.getByTestId(testIds.views.mine)).not.toContainText(name);
  });

  test('is narrowed to one object in both directions, and leads to its flows', async ({ page, flowTable }) => {
    await open(page);
    await page.getByTestId(testIds.overview.scopeKind).click();
    await page.getByRole('option', { name: 'Workload' }).click();
    const name = page.getByTestId(testIds.overview.scope);
    await name.click();
    // What is offered is there in Loki.
    await expect(page.getByRole('option', { name: 'database/postgres' })).toBeVisible();
    await name.fill('play');
    await page.getByRole('option', { name: 'media/player' }).click();
    await expect(page).toHaveURL(/scope=workload(%3A|:)media(%2F|\/)player/);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Overview: workload media/player');
    const own = countedWithin(15).filter((flow) => [flow.SrcK8S_OwnerName, flow.DstK8S_OwnerName].includes('player'));
    const all = panel(page, 'totals').getByTestId(testIds.overview.figure).first();
    await expect(all).toContainText(formatBytes(sum(own)));
    await all.getByRole('link').click();
    await expect(flowTable.chips).toHaveCount(2);
    await expect(page).toHaveURL(/bidirectional=true/);
    await expect(flowTable.summary).toContainText(`${Math.min(own.length, 500)} flows`);
    await page.goBack();
    await page.getByTestId(testIds.overview.scopeKind).click();
    await page.getByRole('option', { name: 'Whole cluster' }).click();
    await expect(page).not.toHaveURL(/scope=/);
    await expect(all).toContainText(formatBytes(sum(countedWithin(15))));
  });

  for (const [kind, value, matches] of [
    ['namespace', 'legacy', (flow: Flow) => [flow.SrcK8S_Namespace, flow.DstK8S_Namespace].includes('legacy')],
    ['node', 'worker-3', (flow: Flow) => [flow.SrcK8S_HostName, flow.DstK8S_HostName].includes('worker-3')],
  ] as const) {
    test(`is of a ${kind} where the address says so`, async ({ page }) => {
      await open(page, { scope: `${kind}:${value}` });
      const all = panel(page, 'totals').getByTestId(testIds.overview.figure).first();
      await expect(all).toContainText(formatBytes(sum(countedWithin(15).filter(matches))));
    });
  }

  test('says which scope it cannot read, and shows the whole cluster', async ({ page }) => {
    await open(page, { scope: 'planet:mars' });
    await expect(page.getByTestId(testIds.overview.scopeProblem)).toContainText('planet:mars');
    await expect(panel(page, 'totals').getByTestId(testIds.overview.figure).first()).toContainText(
      formatBytes(sum(countedWithin(15)))
    );
  });
});
