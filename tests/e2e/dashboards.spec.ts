import type { Page } from '@playwright/test';
import collectorHealth from '../../src/dashboards/collector-health.json';
import namespaceTraffic from '../../src/dashboards/namespace.json';
import networkObservability from '../../src/dashboards/network-observability.json';
import workloadTraffic from '../../src/dashboards/workload.json';
import { demoHistory, expect, test } from './fixture';

/** All dashboards over an hour of the demo cluster, of which the collector wrote flows, sums and its report. */
const DASHBOARDS = [
  {
    dashboard: networkObservability,
    chosen: {},
    sees: { 'Volumetry by source workload': 'shop/', 'Newest flows': 'TCP' },
  },
  {
    dashboard: namespaceTraffic,
    chosen: { 'var-namespace': 'mywebapp' },
    sees: { In: /[MG]B/, 'In, by its workload': 'mywebapp/mywebapp', 'To which workloads': 'database postgresql' },
  },
  {
    dashboard: workloadTraffic,
    chosen: { 'var-namespace': 'mywebapp', 'var-workload': 'mywebapp' },
    sees: { Out: /[MG]B/, 'Out, by its workload': 'mywebapp/mywebapp', 'From which outside': 'EXT:' },
  },
  {
    dashboard: collectorHealth,
    chosen: {},
    sees: {
      'Flows received': 'K',
      'Exporters and when they were last heard': 'Last heard',
      'Losses by reason': 'malformed',
    },
  },
] as const;

/** Panels that may have nothing to show: what there is none of in an hour. */
const MAY_BE_EMPTY = ['To ports of insecure protocols'];

async function tall(page: Page) {
  // Tall enough for every panel to be in view: Grafana asks for nothing that is not.
  await page.setViewportSize({ width: 1600, height: 2600 });
}

for (const { dashboard, chosen, sees } of DASHBOARDS) {
  for (const theme of ['dark', 'light']) {
    test(`${dashboard.title}, ${theme}: each panel shows data and no error`, async ({
      gotoDashboardPage,
      page,
    }, info) => {
      await tall(page);
      const parameters = { ...demoHistory(), ...chosen, theme, kiosk: 'true' };
      const opened = await gotoDashboardPage({ uid: dashboard.uid, queryParams: new URLSearchParams(parameters) });
      for (const [title, text] of Object.entries(sees)) {
        await expect(opened.getPanelByTitle(title).locator, title).toContainText(text);
      }
      const titles = dashboard.panels.filter(({ type }) => type !== 'row').map(({ title }) => title);
      expect(titles.length).toBeGreaterThan(10);
      for (const title of titles) {
        const panel = opened.getPanelByTitle(title);
        await expect(panel.locator, title).toBeVisible();
        await expect(panel.getErrorIcon(), title).toHaveCount(0);
        await expect(panel.locator.getByText('No data'), title).toHaveCount(0);
        await expect(panel.locator.getByLabel('Panel loading bar'), title).toHaveCount(0);
        if (!MAY_BE_EMPTY.includes(title)) {
          await expect(panel.locator, title).not.toContainText(/nothing|none seen|Value #/);
        }
      }
      await info.attach(`${dashboard.uid}-${theme}`, { body: await page.screenshot(), contentType: 'image/png' });
    });
  }
}
