import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CHART, renderChart } from '../../stack/kubernetes/chart';
import { locateHelm } from '../../stack/kubernetes/programs';
import { locateLoki } from '../../stack/loki/loki';
import { startChild, waitUntilReady } from '../../stack/process/child';
import { freePort } from '../../stack/process/ports';
import { podSpecOf } from './kubernetes/chartObjects';
import { objectsOf } from './kubernetes/documents';

const located = locateHelm();
const helm = 'helm' in located ? located.helm : '';
const noHelm = 'missing' in located ? ` (skipped: ${located.missing})` : '';

/** The container of Loki, with values on top of the chart's own. */
async function container(...values: string[]) {
  const [loki] = podSpecOf(objectsOf(await renderChart(helm, values)), 'StatefulSet', 'loki').containers;
  return loki!;
}

describe.skipIf(helm === '')(`Loki of the chart${noHelm}`, () => {
  it('answers by IPv4 and by IPv6, whichever its pod has', async ({ skip }) => {
    const loki = await locateLoki();
    if ('url' in loki) {
      return skip('LOKI_URL names a server, and only a program can be started as the chart does');
    }
    const folder = mkdtempSync(join(tmpdir(), 'flows-loki-'));
    const { args = [], env = [] } = await container();
    const port = await freePort();
    const child = startChild({
      name: 'Loki',
      command: loki.binary,
      args: args.map((one) => one.replace('/etc/loki/', join(CHART, 'files/'))),
      env: {
        ...Object.fromEntries(env.map(({ name, value = '' }) => [name, value])),
        ...{ LOKI_HTTP_PORT: String(port), LOKI_GRPC_PORT: String(await freePort()), LOKI_DATA: folder },
      },
      logFile: join(folder, 'loki.log'),
    });
    onTestFinished(async () => {
      await child.stop();
      rmSync(folder, { recursive: true });
    });
    const answers = async (host: string) => (await fetch(`http://${host}:${port}/loki/api/v1/status/buildinfo`)).ok;
    await waitUntilReady(child, () => answers('127.0.0.1'), 60_000);
    expect(await answers('[::1]')).toBe(true);
  });

  it('tells as much in its log as it is told to', async () => {
    const level = async (...values: string[]) =>
      (await container(...values)).env!.find(({ name }) => name === 'LOKI_LOG_LEVEL')?.value;
    expect(await level()).toBe('warn');
    expect(await level('loki.logLevel=debug')).toBe('debug');
    await expect(container('loki.logLevel=loud')).rejects.toThrow(/loki\/logLevel/);
  });
});
