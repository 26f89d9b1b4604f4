import { testIds } from '../../src/components/testIds';
import { COUNTED, countedWithin, expect, rangeOfMinutes, test } from './fixture';

const range = rangeOfMinutes(45);

test.describe('the flow table', () => {
  test('shows every flow once, newest first, and the duplicates where asked', async ({ flowTable, page }) => {
    await flowTable.goto({ ...range, limit: '1000' });
    await expect(flowTable.rows.first()).toBeVisible();
    await expect(flowTable.summary).toHaveText(`${COUNTED.length} flows`);
    expect(await flowTable.count()).toBe(COUNTED.length);
    const times = await flowTable.values('TimeFlowEndMs');
    expect(times).toEqual([...times].sort().reverse());

    await page.getByLabel('Duplicates').check({ force: true });
    await expect(flowTable.summary).toHaveText('780 flows');
  });

  test('says so where it shows only the newest of more', async ({ flowTable }) => {
    await flowTable.goto({ ...range, limit: '50' });
    await expect(flowTable.summary).toHaveText(`Showing the newest 50 of ${COUNTED.length} flows`);
    expect(await flowTable.count()).toBe(50);
  });

  test('filters by what is typed, and keeps it in the address', async ({ flowTable, page }) => {
    await flowTable.goto({ ...range, limit: '1000' });
    await flowTable.filter('src_namespace="database"');
    await expect(flowTable.chips).toHaveCount(1);
    const fromDatabase = COUNTED.filter((flow) => flow.SrcK8S_Namespace === 'database');
    await expect(flowTable.summary).toHaveText(`${fromDatabase.length} flows`);
    expect(new Set(await flowTable.values('SrcK8S_Namespace'))).toEqual(new Set(['database']));

    await page.reload();
    await expect(flowTable.chips).toHaveCount(1);
    await expect(flowTable.summary).toHaveText(`${fromDatabase.length} flows`);

    await page.getByTestId(testIds.filters.clear).click();
    await expect(flowTable.summary).toHaveText(`${COUNTED.length} flows`);
  });

  test('finds parts of names, ports by name, and joins filters by all or any', async ({ flowTable, page }) => {
    await flowTable.goto({ ...range, limit: '1000' });
    await flowTable.filter('dst_port=telnet');
    const telnet = COUNTED.filter((flow) => flow.DstPort === 23);
    await expect(flowTable.summary).toHaveText(`${telnet.length} flows`);
    await flowTable.filter('dst_name=postgr');
    await expect(flowTable.empty).toBeVisible();
    await page.getByRole('radio', { name: 'Match any' }).check({ force: true });
    const either = COUNTED.filter((flow) => flow.DstPort === 23 || flow.DstK8S_Name?.includes('postgr') === true);
    await expect(flowTable.summary).toHaveText(`${either.length} flows`);
  });

  test('refuses a filter that makes no sense, with the reason', async ({ flowTable, page }) => {
    await flowTable.goto(range);
    await flowTable.filter('dst_port=99999');
    await expect(page.getByTestId(testIds.filters.problem)).toContainText('99999');
    await expect(flowTable.chips).toHaveCount(0);
  });

  test('sorts on a column, and keeps it in the address', async ({ flowTable, page }) => {
    await flowTable.goto({ ...range, limit: '1000' });
    await expect(flowTable.rows.first()).toBeVisible();
    await flowTable.sortBy('Bytes');
    await expect(flowTable.column('Bytes')).toHaveAttribute('aria-sort', 'descending');
    const largest = Math.max(...COUNTED.map((flow) => flow.Bytes));
    const first = flowTable.rows.and(page.locator('[data-index="0"]'));
    await expect(first.locator('[data-field="SrcK8S_OwnerName"]')).toHaveAttribute(
      'title',
      COUNTED.find((flow) => flow.Bytes === largest)?.SrcK8S_OwnerName ?? ''
    );
    await flowTable.sortBy('Bytes');
    await expect(flowTable.column('Bytes')).toHaveAttribute('aria-sort', 'ascending');
    // The address follows what is shown, a moment later.
    await expect(page).toHaveURL(/[?&]sort=Bytes(&|$)/);
    await page.reload();
    await expect(flowTable.column('Bytes')).toHaveAttribute('aria-sort', 'ascending');
    const smallest = COUNTED.reduce((least, flow) => (flow.Bytes < least.Bytes ? flow : least));
    await expect(first.locator('[data-field="SrcPort"]')).toContainText(String(smallest.SrcPort));
  });

  test('opens a flow’s details on a click, and filters from there', async ({ flowTable }) => {
    await flowTable.goto({ ...range, filter: 'src_name="postgres-0"' });
    await flowTable.rows.first().click();
    await expect(flowTable.details).toBeVisible();
    const field = (name: string) => flowTable.details.locator(`[data-field="${name}"]`);
    await expect(field('SrcK8S_Name')).toContainText('postgres-0');
    await expect(field('SrcK8S_OwnerType')).toContainText('StatefulSet');
    await expect(field('AgentIP')).toContainText('192.168.10.3');
    await field('DstPort').getByRole('button').first().click();
    await expect(flowTable.chips).toHaveCount(2);
    await expect(flowTable.summary).toHaveText('1 flow');
    // The details stay: one filter after another can be chosen from them.
    await expect(flowTable.details).toBeVisible();
  });

  test('says what to try where nothing is found', async ({ flowTable, page }) => {
    await flowTable.goto({ ...range, filter: 'src_namespace="no such namespace"' });
    await expect(flowTable.empty).toContainText('No flows found');
    await flowTable.empty.getByRole('button', { name: 'Remove all filters' }).click();
    await expect(flowTable.rows.first()).toBeVisible();

    await page.goto('/a/netobserv-flows-app/flows?from=2024-01-01T00:00:00.000Z&to=2024-01-01T00:05:00.000Z');
    await expect(flowTable.empty).toContainText('This time range holds no flows');
  });

  test('says what is wrong where Loki does not answer, with a remedy', async ({ flowTable, page }) => {
    const made = await page.request.post('/api/datasources', {
      data: { name: 'Loki that is down', type: 'loki', access: 'proxy', url: 'http://127.0.0.1:9' },
    });
    const { datasource } = (await made.json()) as { datasource: { uid: string } };
    try {
      await flowTable.goto({ ...range, 'var-ds': datasource.uid });
      await expect(flowTable.error).toBeVisible();
      await expect(flowTable.error.getByRole('link', { name: /Configuration/ })).toBeVisible();
      await expect(flowTable.rows).toHaveCount(0);
    } finally {
      await page.request.delete(`/api/datasources/uid/${datasource.uid}`);
    }
  });

  test('keeps the rows in view few, however many there are', async ({ flowTable }) => {
    await flowTable.goto({ ...range, limit: '5000' });
    await expect(flowTable.summary).toHaveText(`${COUNTED.length} flows`);
    expect(await flowTable.rows.count()).toBeLessThan(100);
  });

  test('follows the time range', async ({ flowTable }) => {
    await flowTable.goto({ ...rangeOfMinutes(5), limit: '1000' });
    await expect(flowTable.summary).toHaveText(`${countedWithin(5).length} flows`);
  });
});
