import AxeBuilder from '@axe-core/playwright';
import type { APIRequestContext, Page } from '@playwright/test';
import { DEFAULT_LABELS, type FieldName } from '@netobserv-flows/schema';
import { testIds } from '../../src/components/testIds';
import { flowRules, type FlowRule } from '../../src/data/alerts/flowRules';
import { STATE_LOOKS } from '../../src/pages/alerts/stateLooks';
import { NO_FILTERS, parseFilterText, type FilterSet } from '../../src/flow';
import type { RuleDefaults } from '../../src/flow/alerts';
import { planRolling, type PlanSource } from '../../src/flow/plan';
import { beAtDemoNow, demoHistory, demoNow, expect, lokiUrl, rangeOfMinutes, test } from './fixture';

const PAGE = '/a/netobserv-flows-app/alerts';
const RULES = '/api/prometheus/grafana/api/v1/rules';
const MINUTE = 60_000;
/** Loki here holds single flows alone. */
const SOURCE: PlanSource = { labels: DEFAULT_LABELS, recordSource: 'own', rollups: [] };

async function rulesNow(request: APIRequestContext): Promise<FlowRule[]> {
  return flowRules(await (await request.get(RULES)).json());
}

const cards = (page: Page) => page.getByTestId(testIds.alerts.rule);
const card = (page: Page, name: string) =>
  cards(page).filter({ has: page.getByRole('heading', { name, exact: true }) });

function where(text: string): FilterSet {
  const parsed = parseFilterText(text);
  if (!parsed.ok) {
    throw new Error(parsed.error);
  }
  return { ...NO_FILTERS, filters: parsed.value };
}

/** What the editor was opened with. */
function openedWith(page: Page): RuleDefaults {
  return JSON.parse(new URL(page.url()).searchParams.get('defaults') ?? 'null') as RuleDefaults;
}

const queryOf = ({ queries }: RuleDefaults) => String(queries[0]?.model.expr);

/** The query without its stretch of time. */
const timeless = (expr: string) => expr.replace(/ \[[^\]]*\]( offset \S+)?/g, '');

/** What stands in the editor's query field, blanks aside: it wraps its lines. */
async function typedQuery(page: Page, app = 'netobserv-flowcollector'): Promise<string> {
  const lines = page.locator('.view-lines').first();
  await expect(lines).toContainText(app);
  return ((await lines.textContent()) ?? '').replace(/\s/g, '');
}

/** Saves what the editor holds, under a name of the test's. */
async function saveAs(page: Page, name: string): Promise<void> {
  await page.getByRole('textbox', { name: 'name' }).first().fill(name);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page).not.toHaveURL(/alerting\/new/);
}

async function seriousFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).include(`[data-testid="${testIds.alerts.page}"]`).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}

/** A rule that fires, as Grafana tells of one. */
const FIRING = {
  uid: 'made-up',
  name: 'Telnet is in use',
  state: 'firing',
  health: 'ok',
  labels: { app: 'netobserv-flows', severity: 'critical' },
  annotations: { description: 'Passwords go in the clear.', runbook: 'Ask who owns it.' },
  query: 'sum(1)',
  lastEvaluation: new Date().toISOString(),
  alerts: Array.from({ length: 7 }, (_, index) => ({
    labels: { DstPort: String(index) },
    annotations: {
      summary: `shop/catalog talks to port ${index}`,
      flows: `http://elsewhere/a/netobserv-flows-app/flows?filter=dst_port%3D${index}`,
    },
    state: index === 6 ? 'Pending' : 'Alerting',
    activeAt: new Date(Date.now() - 180 * MINUTE).toISOString(),
  })),
};

async function answerWith(page: Page, rules: object[]): Promise<void> {
  const groups = [{ name: 'Traffic', file: 'Network Observability', interval: 60, rules }];
  await page.route(`**${RULES}*`, (route) => route.fulfill({ json: { status: 'success', data: { groups } } }));
}

test.describe('the Alerts page', () => {
  test('lists the provisioned rules with the states that Grafana has', async ({ page }) => {
    await page.goto(PAGE);
    await expect(cards(page).first()).toBeVisible();
    const rules = (await rulesNow(page.request)).filter(({ provisioned }) => provisioned);
    expect(rules).toHaveLength(9);
    for (const { name } of rules) {
      await expect(card(page, name)).toHaveCount(1);
      await expect(card(page, name)).toContainText('provisioned');
      await expect(card(page, name).getByRole('link', { name: /^Edit/ })).toHaveCount(0);
    }
    // Rules are evaluated meanwhile: each state shown is one that Grafana names soon after.
    await expect(async () => {
      await page
        .getByRole('button', { name: /^Refresh/ })
        .first()
        .click();
      const states = new Map((await rulesNow(page.request)).map(({ name, state }) => [name, state]));
      for (const { name } of rules) {
        const title = STATE_LOOKS[states.get(name) ?? 'normal'].title;
        await expect(card(page, name).getByTestId(testIds.alerts.state).first()).toHaveText(title, { timeout: 500 });
      }
    }).toPass({ timeout: 60_000 });
    await card(page, 'DNS volume surge')
      .getByRole('button', { name: /and what to do/ })
      .click();
    await expect(card(page, 'DNS volume surge').getByTestId(testIds.alerts.details)).toContainText('retry loop');
    await expect(card(page, 'DNS volume surge').getByRole('link', { name: /^Flows/ })).toHaveAttribute(
      'href',
      /\/a\/netobserv-flows-app\/flows\?from=now-2h&to=now&var-ds=netobserv-loki&filter=dst_port%3D53$/
    );
    await card(page, 'DNS volume surge').getByRole('link', { name: /^View/ }).click();
    await expect(page).toHaveURL(/\/alerting\/grafana\/netobserv-dns-surge\/view/);
  });

  test('keeps state and search in the address', async ({ page }) => {
    await answerWith(page, [FIRING, { ...FIRING, uid: 'calm', name: 'All calm', state: 'inactive', alerts: [] }]);
    await page.goto(PAGE);
    await expect(cards(page)).toHaveCount(2);
    await page.getByRole('radio', { name: 'Firing (1)' }).check({ force: true });
    await expect(cards(page)).toHaveCount(1);
    await expect(page).toHaveURL(/state=firing/);
    await page.getByTestId(testIds.alerts.search).fill('port 99');
    await expect(page.getByTestId(testIds.alerts.none)).toBeVisible();
    await expect(page).toHaveURL(/search=port(\+|%20)99/);
    await page.reload();
    await expect(page.getByTestId(testIds.alerts.none)).toBeVisible();
    await page.getByRole('button', { name: 'Show all rules' }).click();
    await expect(cards(page)).toHaveCount(2);
  });

  test('names what fires, since when, and leads to its flows', async ({ page, flowTable }) => {
    await answerWith(page, [FIRING]);
    await page.goto(PAGE);
    const alerts = page.getByTestId(testIds.alerts.alert);
    await expect(alerts).toHaveCount(5);
    await page.getByRole('button', { name: 'Show all 7' }).click();
    await expect(alerts).toHaveCount(7);
    await expect(alerts.first()).toContainText('since 3 hours ago');
    await alerts.first().getByRole('link').click();
    await expect(flowTable.chips).toHaveCount(1);
    expect(new URL(page.url()).host).not.toBe('elsewhere');
  });

  for (const theme of ['dark', 'light']) {
    test(`an accessibility scan finds nothing serious in ${theme}: firing, none, failed`, async ({ page }) => {
      await answerWith(page, [
        FIRING,
        {
          ...FIRING,
          uid: 'bad',
          name: 'Broken',
          state: 'inactive',
          health: 'error',
          lastError: 'no such host',
          alerts: [],
        },
      ]);
      await page.goto(`${PAGE}?theme=${theme}`);
      await page.getByRole('button', { name: /What Telnet/ }).click();
      await expect(page.getByTestId(testIds.alerts.details)).toBeVisible();
      expect(await seriousFindings(page)).toEqual([]);
      await page.unrouteAll();
      await answerWith(page, []);
      await page.goto(`${PAGE}?theme=${theme}`);
      await expect(page.getByTestId(testIds.alerts.empty)).toContainText('Create alert');
      expect(await seriousFindings(page)).toEqual([]);
      await page.unrouteAll();
      await page.route(`**${RULES}*`, (route) => route.fulfill({ status: 403, json: { message: 'no permission' } }));
      await page.goto(`${PAGE}?theme=${theme}`);
      await expect(page.getByTestId(testIds.alerts.error)).toContainText('alert.rules:read');
      expect(await seriousFindings(page)).toEqual([]);
    });
  }
});

test.describe('create alert', () => {
  const made: string[] = [];

  test.afterAll(async ({ playwright }, { project }) => {
    const { baseURL, storageState } = project.use;
    const request = await playwright.request.newContext({ baseURL, storageState });
    for (const { uid, name } of await rulesNow(request)) {
      if (made.includes(name)) {
        await request.delete(`/api/v1/provisioning/alert-rules/${uid}`, {
          headers: { 'X-Disable-Provenance': 'true' },
        });
      }
    }
    await request.dispose();
  });

  /** Opens the editor for one question of an overview panel. */
  async function fromPanel(page: Page, id: string, question?: RegExp): Promise<string> {
    const panel = page.locator(`[data-testid="${testIds.overview.panel}"][data-panel="${id}"]`);
    await expect(panel.getByRole('link', { name: 'Open the query in Explore' })).toBeVisible();
    const explore = (await panel.getByRole('link', { name: 'Open the query in Explore' }).getAttribute('href')) ?? '';
    await panel.getByTestId(testIds.alerts.create).click();
    if (question !== undefined) {
      await page.getByRole('menuitem', { name: question }).click();
    }
    await expect(page).toHaveURL(/\/alerting\/new/);
    return explore;
  }

  /** The queries that a panel shows, from its link to Explore. */
  function shownQueries(explore: string): string[] {
    const panes = JSON.parse(new URL(explore, 'http://grafana').searchParams.get('panes') ?? '{}') as {
      flows: { queries: ReadonlyArray<{ expr: string }> };
    };
    return panes.flows.queries.map(({ expr }) => timeless(expr));
  }

  const planned = (groupBy: readonly FieldName[], filters: FilterSet, minutes: number, limit: number) =>
    planRolling({ groupBy, measure: 'Bytes', filters }, minutes * MINUTE, SOURCE, { nowMs: Date.now(), limit }).expr;

  test('a rule of a panel or of the table has the query that is shown, is saved by the editor, and evaluates', async ({
    page,
  }) => {
    test.setTimeout(420_000);
    const range = rangeOfMinutes(30);
    const filter = 'proto=tcp';
    const overview = `/a/netobserv-flows-app/overview?${new URLSearchParams({ ...range, filter, panels: 'namespaces,insecure' }).toString()}`;
    const stamp = Date.now();

    await page.goto(overview);
    const explore = await fromPanel(page, 'namespaces', /Bytes sent by namespace/);
    const ofPanel = openedWith(page);
    expect(queryOf(ofPanel)).toBe(planned(['SrcK8S_Namespace'], where(filter), 30, 40));
    expect(shownQueries(explore)).toContain(timeless(queryOf(ofPanel)));
    expect(await typedQuery(page)).toBe(queryOf(ofPanel).replace(/\s/g, ''));
    expect(ofPanel.name).toBe('Bytes sent by namespace (proto=tcp)');
    made.push(`Namespaces ${stamp}`, `Insecure ${stamp}`, `Table ${stamp}`);
    await saveAs(page, `Namespaces ${stamp}`);

    await page.goto(overview);
    await fromPanel(page, 'insecure');
    expect(openedWith(page).queries[2]?.model.conditions).toMatchObject([{ evaluator: { type: 'gt', params: [0] } }]);
    await saveAs(page, `Insecure ${stamp}`);

    await page.goto(`/a/netobserv-flows-app/flows?${new URLSearchParams({ ...range, filter }).toString()}`);
    await page.getByTestId(testIds.alerts.create).click();
    await expect(page).toHaveURL(/\/alerting\/new/);
    const ofTable = openedWith(page);
    expect(queryOf(ofTable)).toBe(`${planned([], where(filter), 10, 1)} / 600`);
    expect(await typedQuery(page)).toBe(queryOf(ofTable).replace(/\s/g, ''));
    await saveAs(page, `Table ${stamp}`);

    // Evaluated each minute; what fires is pending for another.
    const states = async () => {
      const rules = await rulesNow(page.request);
      return made.map((name) => {
        const rule = rules.find((one) => one.name === name);
        return [name, rule?.evaluatedMs !== undefined && rule.error === undefined ? rule.state : 'not evaluated'];
      });
    };
    await expect(async () => {
      expect(await states()).toEqual([
        [`Namespaces ${stamp}`, 'normal'],
        [`Insecure ${stamp}`, 'firing'],
        [`Table ${stamp}`, 'normal'],
      ]);
    }).toPass({ timeout: 240_000, intervals: [2_000] });

    await page.goto(`${PAGE}?search=${stamp}`);
    await expect(cards(page)).toHaveCount(3);
    const firing = card(page, `Insecure ${stamp}`);
    await expect(firing.getByTestId(testIds.alerts.state).first()).toHaveText('Firing');
    await expect(firing.getByTestId(testIds.alerts.alert).first()).toContainText('legacy/terminal');
    await expect(firing.getByRole('link', { name: /^Edit/ })).toBeVisible();
    await firing.getByTestId(testIds.alerts.alert).first().getByRole('link').click();
    await expect(page.getByTestId(testIds.flows.row).first()).toBeVisible();
    await expect(page.getByTestId(testIds.filters.problem)).toHaveCount(0);
  });

  test('a rule where sums are written reads them, is saved by the editor, and evaluates', async ({ page }) => {
    test.setTimeout(300_000);
    await beAtDemoNow(page);
    const { to } = demoHistory();
    const range = { from: String(Number(to) - 30 * MINUTE), to };
    const name = `Sums ${Date.now()}`;
    made.push(name);
    await page.goto(
      `/a/netobserv-flows-app/overview?${new URLSearchParams({ ...range, panels: 'namespaces' }).toString()}`
    );
    await fromPanel(page, 'namespaces', /Bytes sent by namespace/);
    const query = queryOf(openedWith(page));
    expect(query).toContain('{app="netobserv-rollup", tier="10m"');
    expect(await typedQuery(page, 'netobserv-rollup')).toBe(query.replace(/\s/g, ''));
    // Rules are evaluated now, when the sums are hours old: what it would have found then is asked of Loki itself.
    const parameters = new URLSearchParams({ query, time: String(demoNow() / 1000) });
    const answer = (await (
      await page.request.get(`${lokiUrl()}/loki/api/v1/query?${parameters.toString()}`)
    ).json()) as {
      data: { result: ReadonlyArray<{ metric: Record<string, string> }> };
    };
    expect(answer.data.result.map(({ metric }) => metric.SrcK8S_Namespace)).toContain('mywebapp');

    await saveAs(page, name);
    await expect(async () => {
      const rule = (await rulesNow(page.request)).find((one) => one.name === name);
      expect(rule?.evaluatedMs).toBeDefined();
      expect(rule?.error).toBeUndefined();
    }).toPass({ timeout: 240_000, intervals: [2_000] });
  });

  test('every panel of the overview offers it', async ({ page }) => {
    await page.goto(`/a/netobserv-flows-app/overview?${new URLSearchParams(rangeOfMinutes(15)).toString()}`);
    const panels = page.getByTestId(testIds.overview.panel);
    await expect(panels.first().getByTestId(testIds.alerts.create)).toBeVisible();
    expect(await panels.getByTestId(testIds.alerts.create).count()).toBe(await panels.count());
  });
});
