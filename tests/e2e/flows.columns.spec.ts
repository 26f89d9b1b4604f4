import { testIds } from '../../src/components/testIds';
import { expect, rangeOfMinutes, test } from './fixture';

const range = { ...rangeOfMinutes(45), limit: '500' };

test.describe('the columns of the flow table', () => {
  test('are found, shown, hidden, put in order by keys, and restored', async ({ flowTable, page }) => {
    await flowTable.goto(range);
    await expect(flowTable.rows.first()).toBeVisible();
    await page.getByTestId(testIds.flows.columns).click();
    const manage = page.getByTestId(testIds.flowTable.manage);
    await manage.getByPlaceholder('Search columns').fill('exporter');
    await manage.getByText('Exporter', { exact: true }).click();
    await expect(flowTable.column('Exporter')).toBeAttached();
    // The keyboard: space lifts, arrows move, space drops.
    const shown = manage.getByTestId(testIds.flowTable.shown);
    const grip = shown.getByLabel('Move Exporter');
    await grip.focus();
    for (const key of ['Space', 'ArrowUp', 'Space']) {
      await page.keyboard.press(key);
      // The list moves before it takes the next key.
      await page.waitForTimeout(500);
    }
    await expect(page).toHaveURL(/columns=.*AgentIP,FlowDirection/);
    await shown.getByLabel('Hide Packets').click();
    await expect(flowTable.column('Packets')).toHaveCount(0);
    await manage.getByRole('button', { name: 'Restore defaults' }).click();
    await expect(flowTable.column('Packets')).toBeAttached();
    await expect(flowTable.column('Exporter')).toHaveCount(0);
    await manage.getByRole('button', { name: 'Done' }).click();
  });

  test('come in sets for a purpose; both ends of a flow stand in one cell', async ({ flowTable, page }) => {
    await flowTable.goto({ ...range, filter: 'src_name="postgres-0"' });
    await page.getByTestId(testIds.flows.columns).click();
    await page.getByTestId(testIds.flowTable.preset).filter({ hasText: 'Both ends' }).click();
    await page.getByRole('button', { name: 'Done' }).click();
    const cell = flowTable.rows.first().locator('[data-field="K8S_Name"]');
    await expect(cell).toHaveAttribute('title', 'postgres-0 → mywebapp-6f7c9d5b8-x2kqp');
    // Two lines of one cell.
    const lines = await cell
      .locator(':scope > span')
      .evaluateAll((spans) => spans.map((span) => span.getBoundingClientRect().top));
    expect(lines[1]).toBeGreaterThan(lines[0] ?? 0);
  });

  test('are resized by dragging and by keys, which the address keeps', async ({ flowTable, page }) => {
    await flowTable.goto({ ...range, columns: 'SrcK8S_Name,Bytes,DstK8S_Name' });
    const title = flowTable.column('Source name');
    await expect(title).toBeVisible();
    const handle = title.getByRole('separator');
    const before = (await title.boundingBox())!.width;
    const grip = (await handle.boundingBox())!;
    await page.mouse.move(grip.x + grip.width / 2, grip.y + grip.height / 2);
    await page.mouse.down();
    await page.mouse.move(grip.x + grip.width / 2 + 80, grip.y + grip.height / 2, { steps: 6 });
    await page.mouse.up();
    await expect.poll(async () => Math.round((await title.boundingBox())!.width - before)).toBeGreaterThan(70);
    await expect(page).toHaveURL(/widths=SrcK8S_Name/);
    const dragged = (await title.boundingBox())!.width;
    await handle.focus();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(async () => (await title.boundingBox())!.width).toBeLessThan(dragged);
    const width = (await title.boundingBox())!.width;
    await page.reload();
    await expect.poll(async () => Math.round((await title.boundingBox())?.width ?? 0)).toBe(Math.round(width));
  });

  test('stay in view at the top, and the first one at the left', async ({ flowTable, page }) => {
    await page.setViewportSize({ width: 1280, height: 800 });
    await flowTable.goto({
      ...range,
      columns: 'SrcK8S_Name,SrcAddr,DstAddr,SrcMac,DstMac,AgentIP,Interfaces,Bytes,Packets,Flags,TimeReceived',
    });
    await expect(flowTable.rows.first()).toBeVisible();
    const title = flowTable.column('Source name');
    const at = (await title.boundingBox())!;
    await flowTable.scroller.evaluate((element) => element.scrollTo({ left: 400, top: 3000 }));
    await expect.poll(async () => (await title.boundingBox())!).toEqual(at);
    const cell = flowTable.rows.first().locator('[data-field="SrcK8S_Name"]');
    expect((await cell.boundingBox())!.x).toBe(at.x);
  });

  test('have three densities, kept in the address', async ({ flowTable, page }) => {
    await flowTable.goto(range);
    const height = async () => (await flowTable.rows.first().boundingBox())!.height;
    await expect(flowTable.rows.first()).toBeVisible();
    const normal = await height();
    const density = page.getByTestId(testIds.flowTable.density);
    await density.getByRole('radio', { name: 'Compact' }).check({ force: true });
    await expect.poll(height).toBeLessThan(normal);
    await density.getByRole('radio', { name: 'Large' }).check({ force: true });
    await expect.poll(height).toBeGreaterThan(normal);
    await expect(page).toHaveURL(/density=large/);
  });
});
