import { testIds } from '../../src/components/testIds';
import { expect, rangeOfMinutes, test } from './fixture';

const range = rangeOfMinutes(45);

test.describe('sharing', () => {
  test('the address holds everything that is seen', async ({ flowTable, page }) => {
    const parameters = {
      limit: '100',
      filter: 'port=https',
      quick: 'External',
      match: 'any',
      bidirectional: 'true',
      direction: 'egress',
      duplicates: 'true',
      columns: 'Bytes,SrcAddr,K8S_Name',
      sort: '-Bytes',
      density: 'compact',
      widths: 'Bytes:120',
      histogram: 'bytes',
    };
    await flowTable.goto({ ...range, ...parameters });
    await expect(flowTable.rows.first()).toBeVisible();
    await flowTable.rows.first().click();
    const first = new URL(page.url()).searchParams;
    for (const [name, value] of Object.entries(parameters)) {
      expect(first.get(name), name).toBe(value);
    }
    const sentence = await flowTable.summary.textContent();
    await page.goto(page.url());
    await expect(flowTable.summary).toHaveText(sentence ?? '');
    await expect(flowTable.details).toBeVisible();
    await expect(flowTable.column('Bytes')).toHaveAttribute('aria-sort', 'descending');
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toMatchObject(Object.fromEntries(first));
  });

  test('a view is saved for oneself and for everyone, and opened by a click', async ({ flowTable, page }) => {
    await flowTable.goto({ ...range, limit: '50', quick: 'DNS', density: 'compact' });
    await expect(flowTable.rows.first()).toBeVisible();
    const open = () => page.getByTestId(testIds.views.button).click();
    await open();
    await page.getByTestId(testIds.views.save).click();
    await page.getByTestId(testIds.views.name).fill('Names asked for');
    await page.keyboard.press('Enter');
    await expect(page.getByTestId(testIds.views.mine)).toContainText('Names asked for');
    // Elsewhere, and after a reload: it is kept with the account.
    await flowTable.goto({ ...range, limit: '500' });
    await expect(flowTable.rows.first()).toBeVisible();
    await open();
    await page.getByTestId(testIds.views.mine).getByRole('button', { name: 'Names asked for', exact: true }).click();
    await expect(page).toHaveURL(/quick=DNS/);
    await expect(page).toHaveURL(/density=compact/);
    expect(Date.parse(new URL(page.url()).searchParams.get('from') ?? '')).toBe(Number(range.from));
    await page.goBack();
    await expect(page).not.toHaveURL(/quick=DNS/);
  });

  test('a default view set by an administrator opens where the address names none', async ({ flowTable, page }) => {
    await flowTable.goto({ ...range, limit: '50', density: 'large', quick: 'External' });
    await expect(flowTable.rows.first()).toBeVisible();
    await page.getByTestId(testIds.views.button).click();
    try {
      await page.getByRole('button', { name: 'Make default' }).click();
      await expect(page.getByRole('button', { name: 'Make default' })).toBeHidden();
      await page.goto('/a/netobserv-flows-app/flows');
      await expect(page).toHaveURL(/density=large/);
      await expect(page).toHaveURL(/quick=External/);
      // An address that names a view stands as it is.
      await flowTable.goto({ ...range, limit: '50' });
      await expect(flowTable.rows.first()).toBeVisible();
      await expect(page).not.toHaveURL(/density=large/);
    } finally {
      const { jsonData } = (await (await page.request.get('/api/plugins/netobserv-flows-app/settings')).json()) as {
        jsonData: Record<string, unknown>;
      };
      delete jsonData.defaultView;
      await page.request.post('/api/plugins/netobserv-flows-app/settings', {
        data: { enabled: true, pinned: true, jsonData },
      });
    }
  });
});
