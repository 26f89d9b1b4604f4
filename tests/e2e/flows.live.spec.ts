import { DEFAULT_LABELS, type FlowRecord } from '@netobserv-flows/schema';
import { testIds } from '../../src/components/testIds';
import { expect, lokiUrl, test } from './fixture';
import { pushFlows } from './pushFlows';

/** Flows of a namespace that no other test looks at, the last of them now. */
function liveFlows(namespace: string, from: number, to: number): FlowRecord[] {
  const endMs = Date.now();
  return Array.from({ length: to - from }, (_, index) => ({
    TimeFlowStartMs: endMs - 1000 + index,
    TimeFlowEndMs: endMs - 900 + index,
    TimeReceived: Math.floor(endMs / 1000),
    SrcAddr: '10.128.9.1',
    DstAddr: '10.128.9.2',
    SrcPort: 10_000 + from + index,
    DstPort: 8080,
    Proto: 6,
    Bytes: 1000 + index,
    Packets: 1,
    Sampling: 1,
    AgentIP: '192.168.10.1',
    SrcK8S_Namespace: namespace,
    SrcK8S_Name: `client-${from + index}`,
    SrcK8S_Type: 'Pod',
    FlowDirection: 0,
  }));
}

const push = (flows: FlowRecord[]) => pushFlows(flows, { lokiUrl: lokiUrl(), labels: DEFAULT_LABELS });
const recent = { from: 'now-15m', to: 'now', limit: '500' };

test.describe('live flows', () => {
  test('join the table, marked, without moving what a person reads, its details or the selection', async ({
    flowTable,
    page,
  }) => {
    await push(liveFlows('live-scroll', 0, 200));
    await flowTable.goto({ ...recent, filter: 'src_namespace="live-scroll"', refresh: '5s' });
    await expect(flowTable.summary).toHaveText('200 flows');
    // A flow in the middle of the list, with its details open.
    await flowTable.scroller.evaluate((element) => element.scrollTo({ top: 2000 }));
    const row = flowTable.rows.filter({ hasText: 'client-140' });
    await row.click();
    await expect(flowTable.details).toContainText('client-140');
    await page.mouse.move(5, 5);
    const before = await row.boundingBox();

    await push(liveFlows('live-scroll', 200, 230));
    await expect(flowTable.summary).toHaveText('230 flows', { timeout: 30_000 });
    const after = await row.boundingBox();
    expect(Math.abs((after?.y ?? 0) - (before?.y ?? -1000))).toBeLessThan(2);
    await expect(row).toHaveAttribute('aria-selected', 'true');
    await expect(flowTable.details).toContainText('client-140');

    await flowTable.scroller.evaluate((element) => element.scrollTo({ top: 0 }));
    await expect(flowTable.rows.filter({ hasText: 'client-229' })).toHaveAttribute('data-fresh', 'true');
  });

  test('wait while the pointer is on a row', async ({ flowTable, page }) => {
    await push(liveFlows('live-pause', 0, 20));
    await flowTable.goto({ ...recent, filter: 'src_namespace="live-pause"', refresh: '5s' });
    await expect(flowTable.summary).toHaveText('20 flows');
    await flowTable.rows.nth(3).hover();
    await push(liveFlows('live-pause', 20, 25));
    const held = page.getByTestId(testIds.flows.held);
    await expect(held).toHaveText('5 new', { timeout: 30_000 });
    await expect(flowTable.summary).toHaveText('20 flows');
    await page.mouse.move(5, 5);
    await expect(flowTable.summary).toHaveText('25 flows');
    await expect(held).toBeHidden();
  });
});
