import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { collectorConfig } from '../../collector/src/config/root';
import { createLog } from '../../collector/src/log';
import { startCollector } from '../../collector/src/run';
import { MANIFESTS } from '../../stack/kubernetes/chart';
import { locateOpenVSwitch, OpenVSwitch, tcpPacket } from './exporters/openVSwitch';

const files = locateOpenVSwitch();
const skipped = files === undefined ? ' (skipped: Open vSwitch is not installed)' : '';
const WAIT = { timeout: 20_000, interval: 50 };

interface ConfigMap {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data: Readonly<Record<string, string>>;
}

/** What the chart gives the pods of a node: the script, and its settings as files. */
const manifest = parseAllDocuments(readFileSync(join(MANIFESTS, 'node-export/openvswitch.yaml'), 'utf8'));
const maps = manifest.map((one) => one.toJS() as ConfigMap).filter(({ kind }) => kind === 'ConfigMap');
const settings = maps.find(({ data }) => data['sampling'] !== undefined)!.data;
const script = maps.find(({ data }) => data['ovs-export.sh'] !== undefined)!.data['ovs-export.sh']!;

describe.skipIf(files === undefined)(`flow export at a node with a genuine Open vSwitch${skipped}`, () => {
  let ovs: OpenVSwitch;
  let folder: string;
  let child: ChildProcess | undefined;
  let output = '';

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'flows-node-export-'));
    writeFileSync(join(folder, 'ovs-export.sh'), script);
    output = '';
    ovs = await OpenVSwitch.start(files!);
  });

  afterEach(async () => {
    await end();
    await ovs.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Writes settings as the ConfigMap has them, with what a test changes; a running script reads them again. */
  function set(values: Readonly<Record<string, string>>): void {
    const short = { intervalSeconds: '1', bridges: 'br0', target: '127.0.0.1:4739', awaited: '' };
    for (const [name, value] of Object.entries({ ...settings, ...short, ...values })) {
      writeFileSync(join(folder, name), value);
    }
  }

  function start(owner = 'netobserv-flows.netobserv-flows'): void {
    child = spawn('sh', [join(folder, 'ovs-export.sh'), 'run'], {
      env: { ...ovs.variables, SETTINGS: folder, OWNER: owner },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr!.on('data', (data: Buffer) => (output += data.toString()));
  }

  /** Ends the script as Kubernetes ends a pod. */
  async function end(): Promise<void> {
    if (child !== undefined && child.exitCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    child = undefined;
  }

  const ipfix = (bridge = 'br0') => ovs.vsctl('get', 'Bridge', bridge, 'ipfix');
  const column = async (name: string) => ovs.vsctl('get', 'IPFIX', await ipfix(), name);
  const expectColumn = (name: string, value: string) =>
    vi.waitFor(async () => expect(await column(name)).toBe(value), WAIT);

  it('begins when what is awaited has an address, as templates that nobody hears come again after ten minutes only', async () => {
    set({ awaited: 'collector-ready.invalid' });
    start();
    await expect.poll(() => output, WAIT).toMatch(/br0: no collector is ready yet\n.*not all is set up; trying again/);
    expect(await ipfix()).toBe('[]');
    set({ awaited: 'localhost' });
    await expect.poll(() => column('targets'), WAIT).toBe('["127.0.0.1:4739"]');
    // What exports already is left to, whoever listens.
    set({ awaited: 'collector-ready.invalid', sampling: '7' });
    await expect.poll(() => column('sampling'), WAIT).toBe('7');
    // All is set up now, and nothing more to say.
    const told = output;
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(output).toBe(told);
  });

  it('the settings are those of the chart', () => {
    expect(settings).toEqual({
      target: 'netobserv-flows-collector.netobserv-flows.svc:4739',
      awaited: 'netobserv-flows-collector-ready.netobserv-flows.svc',
      ...{ sampling: '400', cacheActiveTimeout: '60', cacheMaxFlows: '400', bridges: 'br-int', intervalSeconds: '30' },
    });
  });

  it('is turned on by its values, changed by changed ones, and turned off when it is uninstalled', async () => {
    const config = collectorConfig.parse({
      receive: { listen: ['127.0.0.1:0'] },
      http: { listen: '127.0.0.1:0' },
      loki: { url: 'http://127.0.0.1:1', drainMs: 0 },
      report: { enabled: false },
    });
    const collector = await startCollector(config, createLog({ level: 'silent' }));
    try {
      const target = `127.0.0.1:${collector.udp[0]!.port}`;
      set({ target, sampling: '1', cacheActiveTimeout: '1', cacheMaxFlows: '10' });
      start();
      await expectColumn('sampling', '1');
      expect(await column('targets')).toBe(`["${target}"]`);
      // A flow is exported when a packet comes after its second is over.
      const packets = setInterval(() => void ovs.receive(tcpPacket('10.244.0.5', '10.244.1.7', [40_000, 443])), 300);
      await vi.waitFor(() => expect(collector.status().decoded).toBeGreaterThan(0), WAIT);
      clearInterval(packets);

      const record = await ipfix();
      set({ target, sampling: '50', cacheActiveTimeout: '30', cacheMaxFlows: '0' });
      await expectColumn('sampling', '50');
      expect(await column('cache_active_timeout')).toBe('30');
      expect(await column('cache_max_flows')).toBe('0');
      expect(await ipfix()).toBe(record);

      await end();
      expect(await ipfix()).toBe('[]');
      expect(output).toMatch(/br0: exports to .*\n.*br0: exports no more\n$/);
    } finally {
      await collector.stop();
    }
  });

  it('comes back on a bridge that was made anew, and goes from one that is named no more', async () => {
    set({});
    start();
    await expectColumn('sampling', '400');
    // As ovnkube-node does when it starts.
    await ovs.vsctl('clear', 'Bridge', 'br0', 'ipfix');
    await expectColumn('sampling', '400');
    await ovs.vsctl('add-br', 'br1', '--', 'set', 'Bridge', 'br1', 'datapath_type=dummy');
    set({ bridges: 'br1' });
    await vi.waitFor(async () => expect(await ipfix()).toBe('[]'), WAIT);
    // Bridges are seen to one after the other.
    await vi.waitFor(async () => expect(await ipfix('br1')).not.toBe('[]'), WAIT);
  });

  it('leaves alone what somebody else has set up', async () => {
    await ovs.exportIpfix(4711);
    const record = await ipfix();
    set({});
    start();
    await vi.waitFor(() => expect(output).toContain('br0: somebody else has set up its export of flows'), WAIT);
    await end();
    expect(await ipfix()).toBe(record);
    expect(await column('targets')).toBe('["127.0.0.1:4711"]');
  });

  it('leaves alone what another installation has set up', async () => {
    set({});
    start('first.flows');
    await expectColumn('sampling', '400');
    child!.kill('SIGKILL');
    await once(child!, 'exit');
    start('second.flows');
    await vi.waitFor(() => expect(output).toContain('somebody else'), WAIT);
    await end();
    expect(await column('external_ids')).toContain('first.flows');
  });

  it('says which target has no address, and goes on trying', async () => {
    set({ target: 'nowhere.invalid:4739' });
    start();
    await vi.waitFor(() => expect(output).toContain('nowhere.invalid:4739: no address is known for it'), WAIT);
    set({});
    await expectColumn('sampling', '400');
  });
});
