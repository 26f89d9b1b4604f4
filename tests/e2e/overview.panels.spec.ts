import { readFile } from 'node:fs/promises';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { testIds } from '../../src/components/testIds';
import { formatBytes } from '../../src/flow';
import { beAtDemoNow, countedWithin, demoHistory, expect, rangeOfMinutes, test } from './fixture';

const range = rangeOfMinutes(15);

const panel = (page: Page, id: string) => page.locator(`[data-testid="${testIds.overview.panel}"][data-panel="${id}"]`);

async function open(page: Page, parameters: Record<string, string> = {}): Promise<void> {
  await page.goto(`/a/netobserv-flows-app/overview?${new URLSearchParams({ ...range, ...parameters }).toString()}`);
  await expect(page.getByTestId(testIds.overview.panel).first()).toBeVisible();
  await expect(page.getByTestId(testIds.overview.loading)).toHaveCount(0);
}

async function choose(page: Page, id: string, item: string): Promise<void> {
  await panel(page, id).getByTestId(testIds.overview.more).click();
  await page.getByRole('menuitem', { name: item }).click();
}

/** Text of a dashboard's panel as soon as it has any. */
const drawn = (page: Page, title: string | RegExp) =>
  page.locator('section[data-testid^="data-testid Panel header"]').filter({ hasText: title });

const namespaceBytes = (namespace: string, side: 'SrcK8S_Namespace' | 'DstK8S_Namespace') =>
  countedWithin(15)
    .filter((flow) => flow[side] === namespace)
    .reduce((total, { Bytes }) => total + Bytes, 0);

/** As Grafana writes decimal bytes, to two significant places at least. */
const start = (bytes: number) => formatBytes(bytes).replace(/^(\d+(?:\.\d)?).*$/, '$1');

test.describe('add to dashboard', () => {
  test('opens a new dashboard with a panel that works, over its range', async ({ page }) => {
    await open(page, { panels: 'namespaces' });
    await choose(page, 'namespaces', 'Add to dashboard');
    await page.getByTestId(testIds.dashboards.open).click();
    await expect(page).toHaveURL(/\/dashboard\/new/);
    const made = drawn(page, 'Which namespaces have the most traffic?');
    await expect(made).toContainText('mywebapp');
    await expect(made).toContainText(start(namespaceBytes('mywebapp', 'SrcK8S_Namespace')));
    await expect(made).toContainText(start(namespaceBytes('mywebapp', 'DstK8S_Namespace')));
    await expect(made).not.toContainText('SrcK8S_Namespace');
  });

  interface MadePanel {
    readonly title: string;
    readonly targets: ReadonlyArray<{ readonly expr: string }>;
  }

  /** Where Grafana takes panels from for the dashboard that is opened next. */
  const HANDED_OVER = 'DASHBOARD_FROM_LS_KEY';

  /** What dashboards would be opened with for each panel shown. They are not opened, as that takes long. */
  async function panelsMade(page: Page, parameters: Record<string, string>): Promise<MadePanel[]> {
    await page.addInitScript((key) => {
      const set = Storage.prototype.setItem;
      Storage.prototype.setItem = function (name: string, value: string) {
        if (name !== key) {
          return set.call(this, name, value);
        }
        set.call(this, `${key} kept`, value);
        throw new Error('there is no room');
      };
    }, HANDED_OVER);
    await open(page, parameters);
    const ids = await page
      .getByTestId(testIds.overview.panel)
      .evaluateAll((shown) => shown.map((one) => one.getAttribute('data-panel') ?? ''));
    const made: MadePanel[] = [];
    for (const id of ids) {
      await choose(page, id, 'Add to dashboard');
      const dialog = page.getByTestId(testIds.dashboards.dialog);
      await page.getByTestId(testIds.dashboards.open).click();
      await expect(dialog.getByTestId(testIds.dashboards.problem), id).toContainText('there is no room');
      const kept = await page.evaluate((key) => localStorage.getItem(`${key} kept`), HANDED_OVER);
      made.push(...(JSON.parse(kept ?? '{}') as { dashboard: { panels: MadePanel[] } }).dashboard.panels);
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      await expect(dialog).toHaveCount(0);
    }
    return made;
  }

  /** Panels of the dashboard that may have nothing to show: nothing need be new, and single flows here go to no Service. */
  const mayBeEmpty = (title: string, app: string) =>
    title.startsWith('What is new') || (app === 'netobserv-flowcollector' && title.startsWith('Which Services'));

  for (const [of, shown, least, rangeOf, app] of [
    ['flows, for every panel', {}, 13, () => range, 'netobserv-flowcollector'],
    [
      'sums, where they are written',
      { panels: 'totals,course,namespaces,services' },
      4,
      demoHistory,
      'netobserv-rollup',
    ],
  ] as const) {
    test(`works from ${of}`, async ({ page, request }) => {
      test.setTimeout(240_000);
      if (app === 'netobserv-rollup') {
        await beAtDemoNow(page);
      }
      const made = await panelsMade(page, { ...rangeOf(), ...shown });
      expect(made.length).toBeGreaterThanOrEqual(least);
      for (const { title, targets } of made) {
        targets.forEach(({ expr }) => expect(expr, title).toContain(`app="${app}"`));
      }
      const panels = made.map((one, index) => ({
        ...one,
        id: index + 1,
        gridPos: { x: (index % 2) * 12, y: Math.floor(index / 2) * 8, w: 12, h: 8 },
      }));
      const title = `All panels ${Date.now()}`;
      const created = await request.post('/api/dashboards/db', {
        data: { dashboard: { title, schemaVersion: 41, panels } },
      });
      const { uid } = (await created.json()) as { uid: string };
      try {
        // Tall enough for every panel to be in view: Grafana asks for nothing that is not.
        await page.setViewportSize({ width: 1600, height: 400 + 160 * (panels.length + 1) });
        await page.goto(`/d/${uid}?${new URLSearchParams({ ...rangeOf(), kiosk: 'true' }).toString()}`);
        for (const { title: name } of made) {
          const drawnPanel = page.getByTestId(`data-testid Panel header ${name}`);
          await expect(drawnPanel, name).toBeVisible();
          await expect(drawnPanel.getByLabel('Panel loading bar'), name).toHaveCount(0);
          await expect(drawnPanel.getByTestId('data-testid Panel status error'), name).toHaveCount(0);
          if (!mayBeEmpty(name, app)) {
            await expect(drawnPanel, name).not.toContainText('No data');
            const filled = drawnPanel
              .locator('canvas, [role="gridcell"], [role="cell"]')
              .or(drawnPanel.getByText(/\d ?[kM]?B/));
            await expect(filled.first(), name).toBeVisible();
          }
        }
      } finally {
        await request.delete(`/api/dashboards/uid/${uid}`);
      }
    });
  }

  test('adds to a dashboard that is there, which is saved with it', async ({ page, request }) => {
    const title = `Mine ${Date.now()}`;
    const created = await request.post('/api/dashboards/db', { data: { dashboard: { title, panels: [] } } });
    const { uid } = (await created.json()) as { uid: string };
    try {
      await open(page, { panels: 'totals', scope: 'namespace:mywebapp' });
      await choose(page, 'totals', 'Add to dashboard');
      await page.getByRole('radio', { name: 'Existing dashboard' }).check({ force: true });
      await expect(page.getByTestId(testIds.dashboards.open)).toBeDisabled();
      await page.getByTestId(testIds.dashboards.existing).click();
      await page.getByTestId(testIds.dashboards.existing).fill(title);
      await page.getByRole('option', { name: title }).click();
      await page.getByTestId(testIds.dashboards.open).click();
      await expect(page).toHaveURL(new RegExp(`/d/${uid}`));
      const made = drawn(page, /How much traffic.*mywebapp/);
      await expect(made).toContainText('Inside');
      await page.getByRole('button', { name: 'Save dashboard' }).first().click();
      await page.getByTestId('data-testid Save dashboard drawer button').click();
      await expect
        .poll(async () => {
          const saved = (await (await request.get(`/api/dashboards/uid/${uid}`)).json()) as {
            dashboard: { panels?: ReadonlyArray<{ title: string }> };
          };
          return saved.dashboard.panels?.map((one) => one.title);
        })
        .toEqual([expect.stringMatching(/How much traffic/)]);
    } finally {
      await request.delete(`/api/dashboards/uid/${uid}`);
    }
  });

  test('says to a person without the permission why not', async ({ browser, request, baseURL }) => {
    const login = `viewer-${Date.now()}`;
    const made = await request.post('/api/admin/users', { data: { name: login, login, password: login, OrgId: 1 } });
    expect(made.ok()).toBe(true);
    const { id } = (await made.json()) as { id: number };
    const context = await browser.newContext({ baseURL, storageState: { cookies: [], origins: [] } });
    try {
      expect((await context.request.post('/login', { data: { user: login, password: login } })).ok()).toBe(true);
      const page = await context.newPage();
      await open(page, { panels: 'namespaces' });
      const alert = panel(page, 'namespaces').getByTestId(testIds.alerts.create);
      await expect(alert).toBeDisabled();
      await alert.hover({ force: true });
      await expect(page.getByText(/You may not create alert rules/)).toBeVisible();
      await panel(page, 'namespaces').getByTestId(testIds.overview.more).click();
      const item = page.getByRole('menuitem', { name: /Add to dashboard/ });
      await expect(item).toBeDisabled();
      await expect(page.getByText(/You may not change dashboards/)).toBeVisible();
    } finally {
      await context.close();
      await request.delete(`/api/admin/users/${id}`);
    }
  });
});

interface Picture {
  readonly width: number;
  readonly height: number;
  /** Brightness of the background, 0 to 255. */
  readonly background: number;
  readonly colors: number;
}

/** What is in a PNG, as the browser decodes it. */
function lookAt(page: Page, png: Buffer): Promise<Picture> {
  return page.evaluate(
    async (url) => {
      const image = new Image();
      image.src = url;
      await image.decode();
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [image.width, image.height];
      const context = canvas.getContext('2d')!;
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, image.width, image.height);
      const counts = new Map<string, number>();
      for (let at = 0; at < data.length; at += 4) {
        const color = `${data[at]},${data[at + 1]},${data[at + 2]}`;
        counts.set(color, (counts.get(color) ?? 0) + 1);
      }
      const [most = ''] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? [];
      const background = most.split(',').reduce((sum, value) => sum + Number(value), 0) / 3;
      return { width: image.width, height: image.height, background, colors: counts.size };
    },
    `data:image/png;base64,${png.toString('base64')}`
  );
}

test.describe('a panel as a picture', () => {
  // The file chooser of the system cannot be driven: without it the browser downloads, as others than Chromium do.
  test.beforeEach(({ page }) => page.addInitScript(() => Reflect.deleteProperty(window, 'showSaveFilePicker')));

  for (const theme of ['dark', 'light']) {
    for (const id of ['namespaces', 'course', 'hours']) {
      test(`of ${id} in ${theme}`, async ({ page }) => {
        await open(page, { panels: id, theme });
        await expect(panel(page, id).getByTestId(testIds.overview.more)).toBeVisible();
        const downloading = page.waitForEvent('download');
        await choose(page, id, 'Save as PNG');
        const file = await downloading;
        expect(file.suggestedFilename()).toMatch(
          new RegExp(`^overview-${id}_\\d{4}-\\d\\d-\\d\\dT\\d\\d-\\d\\d_\\d{4}-\\d\\d-\\d\\dT\\d\\d-\\d\\dZ\\.png$`)
        );
        const box = (await panel(page, id).boundingBox())!;
        const picture = await lookAt(page, await readFile(await file.path()));
        expect(Math.abs(picture.width - 2 * box.width)).toBeLessThan(4);
        expect(Math.abs(picture.height - 2 * box.height)).toBeLessThan(4);
        expect(picture.background)[theme === 'dark' ? 'toBeLessThan' : 'toBeGreaterThan'](theme === 'dark' ? 60 : 230);
        // Text and bars are there: their smoothed edges have many colours.
        expect(picture.colors).toBeGreaterThan(50);
      });
    }
  }

  for (const [id, text] of [
    ['namespaces', /mywebapp/],
    ['hours', /^\W*day,from,to,bytes per second\r?\n[^,\n]+,[^,\n]+,[^,\n]+,\d+/],
  ] as const) {
    test(`and the rows of ${id} as CSV, by name and range`, async ({ page }) => {
      await open(page, { panels: id });
      const downloading = page.waitForEvent('download');
      await choose(page, id, 'Save rows as CSV');
      const file = await downloading;
      expect(file.suggestedFilename()).toMatch(new RegExp(`^overview-${id}_.*Z\\.csv$`));
      expect(await readFile(await file.path(), 'utf8')).toMatch(text);
    });
  }
});

test.describe('an accessibility scan', () => {
  async function seriousFindings(page: Page, selector: string): Promise<string[]> {
    const { violations } = await new AxeBuilder({ page }).include(selector).analyze();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
  }

  for (const theme of ['dark', 'light']) {
    test(`finds nothing serious on the overview and in its dialogs in ${theme}`, async ({ page }) => {
      await open(page, { theme, scope: 'namespace:mywebapp' });
      expect(await seriousFindings(page, `[data-testid="${testIds.overview.page}"]`)).toEqual([]);
      await page.getByTestId(testIds.overview.panels).click();
      await expect(page.getByTestId(testIds.overview.shownPanels)).toBeVisible();
      expect(await seriousFindings(page, '[role="dialog"]')).toEqual([]);
      await page.keyboard.press('Escape');
      await choose(page, 'totals', 'Add to dashboard');
      await page.getByRole('radio', { name: 'Existing dashboard' }).check({ force: true });
      expect(await seriousFindings(page, '[role="dialog"]')).toEqual([]);
    });
  }
});
