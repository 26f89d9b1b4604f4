import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { testIds } from '../../src/components/testIds';
import { COUNTED, expect, rangeOfMinutes, test } from './fixture';

const range = rangeOfMinutes(45);

/** Starts the export that the dialog shows, and reads the file. */
async function exported(page: Page): Promise<{ name: string; text: string }> {
  const downloading = page.waitForEvent('download');
  await page.getByTestId(testIds.export.start).click();
  const file = await downloading;
  return { name: file.suggestedFilename(), text: await readFile(await file.path(), 'utf8') };
}

test.describe('exporting', () => {
  // The file chooser of the system cannot be driven: without it the browser downloads, as others than Chromium do.
  test.beforeEach(({ page }) => page.addInitScript(() => Reflect.deleteProperty(window, 'showSaveFilePicker')));

  test('hands out the rows loaded as CSV, in the columns and order of the table', async ({ flowTable, page }) => {
    await flowTable.goto({ ...range, filter: 'src_namespace="legacy"', columns: 'SrcAddr,DstAddr,DstPort,Bytes' });
    const legacy = COUNTED.filter((flow) => flow.SrcK8S_Namespace === 'legacy');
    await expect(flowTable.summary).toHaveText(`${legacy.length} flows`);
    await flowTable.sortBy('Bytes');
    await flowTable.export.click();
    const { name, text } = await exported(page);
    expect(name).toMatch(/\.csv$/);
    const lines = text.split('\r\n');
    expect(lines[0]).toBe('SrcAddr,DstAddr,DstPort,Bytes');
    expect(lines).toHaveLength(legacy.length + 2);
    const largest = legacy.reduce((most, flow) => (flow.Bytes > most.Bytes ? flow : most));
    expect(lines[1]).toBe(`10.128.1.99,198.51.100.23,${largest.DstPort},${largest.Bytes}`);
    await expect(page.getByTestId(testIds.export.outcome)).toContainText(String(legacy.length));
  });

  test('hands out everything that matches as JSON, however little is loaded', async ({ flowTable, page }) => {
    await flowTable.goto({ ...range, limit: '50' });
    await expect(flowTable.rows.first()).toBeVisible();
    await flowTable.export.click();
    const dialog = page.getByTestId(testIds.export.dialog);
    await dialog.getByRole('radio', { name: 'JSON' }).check({ force: true });
    await dialog.getByRole('radio', { name: 'All' }).check({ force: true });
    await dialog.getByRole('radio', { name: /Everything that matches/ }).check({ force: true });
    const { name, text } = await exported(page);
    expect(name).toMatch(/\.json$/);
    const flows = JSON.parse(text) as Array<Record<string, unknown>>;
    expect(flows).toHaveLength(COUNTED.length);
    const bytes = (all: ReadonlyArray<Record<string, unknown>>) =>
      all.reduce((sum, { Bytes }) => sum + Number(Bytes), 0);
    expect(bytes(flows)).toBe(bytes(COUNTED as unknown as Array<Record<string, unknown>>));
  });
});
