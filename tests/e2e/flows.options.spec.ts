import { testIds } from '../../src/components/testIds';
import { COUNTED, expect, rangeOfMinutes, test } from './fixture';

const range = rangeOfMinutes(45);
const newest = [...COUNTED].sort((a, b) => b.TimeFlowEndMs - a.TimeFlowEndMs);

/** The time range of an address, whose times are in ms or in ISO form. */
function timesOf(address: string): { from: number; to: number } {
  const parameters = new URL(address).searchParams;
  const read = (name: string) => {
    const text = parameters.get(name) ?? '';
    return /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  };
  return { from: read('from'), to: read('to') };
}

test.describe('what is asked besides filters', () => {
  test('the newest of more: says of how many, and loads older ones below', async ({ flowTable, page }) => {
    await flowTable.goto({ ...range, limit: '50' });
    await expect(flowTable.summary).toHaveText(`Showing the newest 50 of ${COUNTED.length} flows`);
    await flowTable.scroller.evaluate((element) => element.scrollTo({ top: element.scrollHeight }));
    const older = page.getByTestId(testIds.flows.older).getByRole('button');
    await older.click();
    // A page begins within the millisecond in which the one before ended: what that one had of it is not new.
    const next = /Showing the newest (9\d|100) of 540 flows/;
    await expect(flowTable.summary).toHaveText(next);

    for (let loaded = await flowTable.count(); loaded < COUNTED.length; loaded = await flowTable.count()) {
      await flowTable.scroller.evaluate((element) => element.scrollTo({ top: element.scrollHeight }));
      await older.click();
      await expect.poll(() => flowTable.count()).toBeGreaterThan(loaded);
    }
    expect(await flowTable.count()).toBe(COUNTED.length);
    // Every flow once, the oldest at the end, and nothing more to load.
    await expect(flowTable.summary).toHaveText(`${COUNTED.length} flows`);
    await flowTable.scroller.evaluate((element) => element.scrollTo({ top: element.scrollHeight }));
    await expect(older).toBeHidden();
  });

  test('the top by bytes in the whole range is a query of its own, and says so', async ({ flowTable, page }) => {
    await flowTable.goto({ ...range, limit: '50', columns: 'Bytes,SrcPort' });
    await expect(flowTable.summary).toContainText('the newest 50');
    await page.getByLabel('Load', { exact: true }).click();
    await page.getByRole('option', { name: /Top by bytes/ }).click();
    await expect(flowTable.summary).toHaveText(
      `The 50 flows with the most bytes of ${COUNTED.length} in the whole range`
    );
    const largest = [...COUNTED].sort((a, b) => b.Bytes - a.Bytes).slice(0, 50);
    const ports = await flowTable.values('SrcPort');
    expect(ports.slice(0, 10).map((text) => Number.parseInt(text, 10))).toEqual(
      largest.slice(0, 10).map((flow) => flow.SrcPort)
    );
    await expect(page).toHaveURL(/top=Bytes/);
    await page.goBack();
    await expect(flowTable.summary).toContainText('the newest 50');
  });

  test('directions: into nodes, out of them, both', async ({ flowTable, page }) => {
    await flowTable.goto({ ...range, limit: '1000' });
    await page.getByTestId(testIds.flows.direction).getByRole('radio', { name: 'Ingress' }).check({ force: true });
    const ingress = COUNTED.filter((flow) => flow.FlowDirection !== 1);
    await expect(flowTable.summary).toHaveText(`${ingress.length} flows`);
    await page.getByTestId(testIds.flows.direction).getByRole('radio', { name: 'Egress' }).check({ force: true });
    const egress = COUNTED.filter((flow) => flow.FlowDirection !== 0);
    await expect(flowTable.summary).toHaveText(`${egress.length} flows`);
  });

  test('sorting is over what is loaded', async ({ flowTable }) => {
    await flowTable.goto({ ...range, limit: '50', columns: 'Bytes,SrcPort' });
    await expect(flowTable.rows.first()).toBeVisible();
    await flowTable.sortBy('Bytes');
    const largest = newest.slice(0, 50).reduce((most, flow) => (flow.Bytes > most.Bytes ? flow : most));
    await expect(flowTable.rows.first()).toContainText(String(largest.SrcPort));
  });
});

test.describe('the chart above the table', () => {
  test('counts what the table shows; a drag over it chooses its time range, steps move it', async ({
    flowTable,
    page,
  }) => {
    await flowTable.goto({ ...range, limit: '1000' });
    const chart = page.getByTestId(testIds.flows.histogram);
    const plot = chart.locator('.u-over');
    await expect(plot).toBeVisible();
    const box = (await plot.boundingBox())!;
    const y = box.y + box.height / 2;
    await page.mouse.move(box.x + box.width * 0.6, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.8, y, { steps: 8 });
    await page.mouse.up();
    await expect(page).not.toHaveURL(new RegExp(`from=${range.from}`));
    const { from, to } = timesOf(page.url());
    const within = COUNTED.filter((flow) => flow.TimeFlowEndMs >= from && flow.TimeFlowEndMs < to);
    expect(within.length).toBeLessThan(COUNTED.length);
    await expect(flowTable.summary).toHaveText(`${within.length} flows`);

    await page.getByRole('button', { name: 'Move time range backwards' }).click();
    const before = COUNTED.filter((flow) => flow.TimeFlowEndMs >= from - (to - from) && flow.TimeFlowEndMs < from);
    await expect(flowTable.summary).toHaveText(`${before.length} flows`);
    await page.getByRole('button', { name: 'Move time range forwards' }).click();
    await expect(flowTable.summary).toHaveText(`${within.length} flows`);
  });

  test('can add up bytes, and can be left out, which the address keeps', async ({ flowTable, page }) => {
    await flowTable.goto({ ...range, limit: '1000' });
    const chart = page.getByTestId(testIds.flows.histogram);
    const measure = page.getByTestId(testIds.flows.histogramMeasure);
    await measure.getByRole('radio', { name: 'Bytes' }).check({ force: true });
    await expect(page).toHaveURL(/histogram=bytes/);
    await expect(chart.locator('.u-over')).toBeVisible();
    await measure.getByRole('radio', { name: 'No chart' }).check({ force: true });
    await expect(chart.locator('.u-over')).toBeHidden();
    await page.reload();
    await expect(flowTable.rows.first()).toBeVisible();
    await expect(chart.locator('.u-over')).toBeHidden();
  });
});
