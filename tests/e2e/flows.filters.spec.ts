import { testIds } from '../../src/components/testIds';
import { COUNTED, expect, rangeOfMinutes, test } from './fixture';

const range = { ...rangeOfMinutes(45), limit: '1000' };
const count = (fits: (flow: (typeof COUNTED)[number]) => boolean) => `${COUNTED.filter(fits).length} flows`;

test.describe('filters', () => {
  test('are offered while typing: fields, comparisons, live values', async ({ flowTable, page }) => {
    await flowTable.goto(range);
    await expect(flowTable.rows.first()).toBeVisible();
    await flowTable.filterInput.click();
    await flowTable.filterInput.pressSequentially('dst_na');
    const offers = page.getByRole('listbox', { name: 'Suggestions' });
    await offers
      .getByRole('option', { name: /dst_namespace/ })
      .first()
      .click();
    await offers.getByRole('option', { name: /is$/ }).first().click();
    await flowTable.filterInput.pressSequentially('datab');
    await expect(offers.getByRole('option', { name: 'database' })).toBeVisible();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(flowTable.chips).toHaveCount(1);
    await expect(flowTable.summary).toHaveText(count((flow) => flow.DstK8S_Namespace === 'database'));
  });

  test('are edited, disabled, negated, swapped and removed on their chips', async ({ flowTable, page }) => {
    await flowTable.goto({ ...range, filter: 'src_namespace="database"' });
    await expect(flowTable.summary).toHaveText(count((flow) => flow.SrcK8S_Namespace === 'database'));
    const menu = async (item: string) => {
      await flowTable.chips
        .first()
        .getByRole('button', { name: /change filter/ })
        .click();
      await page.getByRole('menuitem', { name: item }).click();
    };
    await menu('Negate');
    await expect(flowTable.summary).toHaveText(count((flow) => flow.SrcK8S_Namespace !== 'database'));
    await menu('Negate');
    await menu('Move to destination');
    await expect(flowTable.summary).toHaveText(count((flow) => flow.DstK8S_Namespace === 'database'));
    await menu('Disable');
    await expect(flowTable.summary).toHaveText(count(() => true));
    await menu('Enable');
    await menu('Edit');
    await expect(page.getByTestId(testIds.filters.editor)).toBeVisible();
    await page.keyboard.press('Escape');
    await menu('Remove');
    await expect(flowTable.chips).toHaveCount(0);
  });

  test('come for and against every cell, by pointer and by keys', async ({ flowTable, page }) => {
    await flowTable.goto(range);
    const cell = flowTable.rows.filter({ hasText: 'postgres' }).first().locator('[data-field="SrcK8S_Namespace"]');
    const namespace = await cell.getAttribute('title');
    await cell.hover();
    await page.getByTestId(testIds.flowTable.cellActions).getByRole('button').first().click();
    await expect(flowTable.summary).toHaveText(count((flow) => flow.SrcK8S_Namespace === namespace));
    // In the grid: to the right through the cells of a flow, minus leaves its value out.
    await flowTable.rows.first().focus();
    for (const _ of ['TimeFlowEndMs', 'Bytes', 'Packets', 'Proto']) {
      await page.keyboard.press('ArrowRight');
    }
    await page.keyboard.press('-');
    await expect(flowTable.chips).toHaveCount(2);
    await expect(flowTable.chips.nth(1)).toContainText('Protocol');
  });

  test('come quickly, several at once, and stand in the address', async ({ flowTable, page }) => {
    await flowTable.goto(range);
    const quick = page.getByTestId(testIds.filters.quick);
    await quick.getByRole('button', { name: 'DNS' }).click();
    await expect(flowTable.summary).toHaveText(count((flow) => flow.SrcPort === 53 || flow.DstPort === 53));
    await quick.getByRole('button', { name: 'DNS' }).click();
    await quick.getByRole('button', { name: 'Insecure protocols' }).click();
    await quick.getByRole('button', { name: 'External' }).click();
    const outside = (flow: (typeof COUNTED)[number]) =>
      flow.SrcK8S_Type === undefined || flow.DstK8S_Type === undefined;
    const legacy = (flow: (typeof COUNTED)[number]) =>
      [flow.SrcPort, flow.DstPort].some((port) => port === 21 || port === 23);
    await expect(flowTable.summary).toHaveText(count((flow) => legacy(flow) && outside(flow)));
    await page.reload();
    await expect(quick.getByRole('button', { name: 'External' })).toHaveAttribute('aria-pressed', 'true');
  });

  test('are taken from a pasted text and from a pasted address', async ({ flowTable, page }) => {
    await flowTable.goto(range);
    await expect(flowTable.rows.first()).toBeVisible();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const paste = async (text: string) => {
      await page.evaluate((what) => navigator.clipboard.writeText(what), text);
      await flowTable.filterInput.click();
      await page.keyboard.press('Control+V');
    };
    await paste(
      'http://elsewhere:3000/a/netobserv-flows-app/flows?filter=port%3Dtelnet&density=compact&quick=External'
    );
    await expect(page).toHaveURL(/density=compact/);
    await expect(flowTable.chips).toHaveCount(1);
    await expect(flowTable.summary).toHaveText(count((flow) => flow.SrcPort === 23 || flow.DstPort === 23));
    await page.goBack();
    await expect(flowTable.chips).toHaveCount(0);
  });

  test('that cannot be true are refused in place, with the reason, and can be corrected', async ({
    flowTable,
    page,
  }) => {
    await flowTable.goto(range);
    for (const [text, reason] of [
      ['port=70000', '70000'],
      ['10.0.0.0/33', '/33 is not a prefix length'],
      ['dst_port=900-80', '900-80'],
    ]) {
      await flowTable.filter(text ?? '');
      await expect(page.getByTestId(testIds.filters.problem)).toContainText(reason ?? '');
      await expect(flowTable.filterInput).toHaveValue(text ?? '');
    }
    await expect(flowTable.chips).toHaveCount(0);
    await flowTable.filter('port=https');
    await expect(flowTable.chips).toHaveCount(1);
  });
});
