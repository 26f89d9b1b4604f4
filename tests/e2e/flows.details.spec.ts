import { testIds } from '../../src/components/testIds';
import { COUNTED, expect, rangeOfMinutes, test } from './fixture';

const range = rangeOfMinutes(45);
const PLAYER = 'player-5b9f6c7d44-qv8zt';

test.describe('the details of a flow', () => {
  test('open by click or Enter, follow the arrow keys, and close by Escape', async ({ flowTable, page }) => {
    await flowTable.goto({ ...range, limit: '500' });
    const row = (index: number) => flowTable.grid.locator(`[data-index="${index}"]`);
    await row(2).click();
    await expect(flowTable.details).toBeVisible();
    await expect(row(2)).toHaveAttribute('aria-selected', 'true');
    await page.keyboard.press('ArrowDown');
    await expect(row(3)).toHaveAttribute('aria-selected', 'true');
    const id = new URL(page.url()).searchParams.get('flow');
    await page.keyboard.press('ArrowUp');
    await expect(row(2)).toHaveAttribute('aria-selected', 'true');
    expect(new URL(page.url()).searchParams.get('flow')).not.toBe(id);
    await flowTable.details.getByRole('button', { name: 'The flow below' }).click();
    await expect(row(3)).toHaveAttribute('aria-selected', 'true');
    await page.keyboard.press('Escape');
    await expect(flowTable.details).toBeHidden();
  });

  test('say every field in words and what it means, and show what is stored', async ({ flowTable }) => {
    await flowTable.goto({ ...range, filter: `src_name="${PLAYER}"`, limit: '50' });
    await flowTable.rows.first().click();
    const field = flowTable.details.locator('[data-field="DstPort"]');
    await expect(field).toContainText('8080');
    await expect(field).toContainText('Transport port of the flow’s destination');
    await flowTable.details.getByRole('tab', { name: 'JSON' }).click();
    const raw = JSON.parse((await flowTable.details.getByTestId(testIds.details.raw).textContent()) ?? '') as Record<
      string,
      unknown
    >;
    expect(raw).toMatchObject({ SrcK8S_Name: PLAYER, DstPort: 8080, app: 'netobserv-flowcollector' });
  });

  test('tell the conversation’s totals and lead to the reverse flow', async ({ flowTable }) => {
    await flowTable.goto({ ...range, filter: `src_name="${PLAYER}"`, limit: '50' });
    await flowTable.rows.first().click();
    await flowTable.details.getByRole('tab', { name: 'Conversation' }).click();
    const conversation = flowTable.details.getByTestId(testIds.details.conversation);
    await expect(conversation).toBeVisible();
    const newest = COUNTED.filter((flow) => flow.SrcK8S_Name === PLAYER).reduce((late, flow) =>
      flow.TimeFlowEndMs > late.TimeFlowEndMs ? flow : late
    );
    const back = COUNTED.filter((flow) => flow.DstPort === newest.SrcPort && flow.SrcK8S_Name === newest.DstK8S_Name);
    expect(back).toHaveLength(1);
    await expect(conversation.getByRole('row', { name: /Flows/ })).toHaveText(/Flows112/);
    await flowTable.details.getByRole('button', { name: 'Open the reverse flow' }).click();
    await flowTable.details.getByRole('tab', { name: 'Fields' }).click();
    await expect(flowTable.details.locator('[data-field="SrcPort"]')).toContainText('8080');
    await expect(flowTable.details.locator('[data-field="DstK8S_Name"]')).toContainText(PLAYER);
    await flowTable.details.getByRole('tab', { name: 'Conversation' }).click();
    await flowTable.details.getByRole('button', { name: /conversation’s flows/ }).click();
    await expect(flowTable.summary).toHaveText('2 flows');
  });

  test('are handed on by a link to this very flow, wherever the table would stand', async ({ flowTable, page }) => {
    await flowTable.goto({ ...range, limit: '50' });
    await flowTable.scroller.evaluate((element) => element.scrollTo({ top: 1200 }));
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await flowTable.rows.nth(15).click();
    const sentence = await flowTable.details.getByRole('status').textContent();
    await flowTable.details.getByTestId(testIds.details.link).click();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    // Elsewhere, with a filter that leaves the flow out of the rows.
    const url = new URL(link);
    url.searchParams.set('filter', 'src_namespace="no such namespace"');
    await page.goto(url.toString());
    await expect(flowTable.details.getByRole('status')).toHaveText(sentence ?? '');
    url.searchParams.set('flow', '1764000000000000000_ab');
    await page.goto(url.toString());
    await expect(page.getByTestId(testIds.details.missing)).toContainText('not in Loki');
  });

  test('lead to Explore with the same flows', async ({ flowTable, page }) => {
    await flowTable.goto({ ...range, filter: `src_name="${PLAYER}"`, limit: '50' });
    await flowTable.rows.first().click();
    const href = await flowTable.details.getByTestId(testIds.details.explore).getAttribute('href');
    await page.goto(href ?? '');
    await expect(page.getByText(/SrcPort/).first()).toBeVisible();
  });
});
