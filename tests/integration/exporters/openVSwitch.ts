import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { findOnPath } from '../../../stack/process/findOnPath';
import { Programs } from './program';

const run = promisify(execFile);

/** Debian keeps the daemon beside its tools, not on the PATH. */
const DAEMON_FOLDERS = ['/usr/lib/openvswitch-switch', '/usr/sbin', '/usr/local/sbin'];
const SCHEMA_FOLDERS = ['/usr/share/openvswitch', '/usr/local/share/openvswitch'];

/** The programs of Open vSwitch, and the schema of its database. */
export interface OpenVSwitchFiles {
  readonly daemon: string;
  readonly database: string;
  readonly schema: string;
}

/** Where Open vSwitch is installed: on the PATH, or as Debian and its own build have it; undefined where it is not. */
export function locateOpenVSwitch(): OpenVSwitchFiles | undefined {
  const path = [process.env['PATH'] ?? '', ...DAEMON_FOLDERS].join(':');
  const daemon = findOnPath('ovs-vswitchd', path);
  const database = findOnPath('ovsdb-server', path);
  const tools = ['ovs-vsctl', 'ovs-ofctl', 'ovs-appctl', 'ovsdb-tool'].every((name) => findOnPath(name, path));
  const own = process.env['OVS_PKGDATADIR'];
  // Beside the programs, where it was unpacked somewhere else.
  const beside = daemon === undefined ? [] : [join(dirname(daemon), '../../share/openvswitch')];
  const schema = [...(own === undefined ? [] : [own]), ...beside, ...SCHEMA_FOLDERS]
    .map((folder) => join(folder, 'vswitch.ovsschema'))
    .find((file) => existsSync(file));
  return daemon !== undefined && database !== undefined && schema !== undefined && tools
    ? { daemon, database, schema }
    : undefined;
}

/** A TCP packet as `ovs-appctl netdev-dummy/receive` takes it. */
export function tcpPacket(source: string, destination: string, ports: readonly [number, number]): string {
  return [
    'in_port(1),eth(src=50:54:00:00:00:05,dst=50:54:00:00:00:07),eth_type(0x0800)',
    `ipv4(src=${source},dst=${destination},proto=6,tos=0,ttl=64,frag=no)`,
    `tcp(src=${ports[0]},dst=${ports[1]}),tcp_flags(ack)`,
  ].join(',');
}

/**
 * A genuine Open vSwitch in user space: its `dummy` datapath needs neither kernel module nor rights. Bridge `br0`
 * forwards between its ports `p1` and `p2`, which packets come in by on request.
 */
export class OpenVSwitch {
  private readonly programs = new Programs();
  private readonly folder = mkdtempSync(join(tmpdir(), 'flows-ovs-'));
  private readonly environment: NodeJS.ProcessEnv;

  private constructor(private readonly files: OpenVSwitchFiles) {
    const { folder } = this;
    this.environment = {
      ...process.env,
      ...{ OVS_RUNDIR: folder, OVS_LOGDIR: folder, OVS_DBDIR: folder, OVS_SYSCONFDIR: folder },
    };
  }

  static async start(files: OpenVSwitchFiles): Promise<OpenVSwitch> {
    const ovs = new OpenVSwitch(files);
    try {
      await ovs.open();
    } catch (error) {
      await ovs.stop();
      throw error;
    }
    return ovs;
  }

  /** Exports IPFIX of all packets of the bridge, flows for a second at most. */
  async exportIpfix(port: number): Promise<void> {
    const settings = ['sampling=1', 'obs_domain_id=123', 'cache_active_timeout=1', 'cache_max_flows=128'];
    await this.vsctl(
      '--id=@i',
      'create',
      'IPFIX',
      `targets="127.0.0.1:${port}"`,
      ...settings,
      '--',
      'set',
      'bridge',
      'br0',
      'ipfix=@i'
    );
  }

  /** Exports sFlow of all packets of the bridge. */
  async exportSflow(port: number): Promise<void> {
    const settings = ['sampling=1', 'polling=1', 'header=128', 'agent="127.0.0.1"'];
    await this.vsctl(
      '--id=@s',
      'create',
      'sFlow',
      `targets="127.0.0.1:${port}"`,
      ...settings,
      '--',
      'set',
      'bridge',
      'br0',
      'sflow=@s'
    );
  }

  /** Exports NetFlow v5 of the flows of the bridge. */
  async exportNetflow(port: number): Promise<void> {
    const settings = ['active_timeout=1', 'engine_type=1', 'engine_id=2'];
    await this.vsctl(
      '--id=@n',
      'create',
      'NetFlow',
      `targets="127.0.0.1:${port}"`,
      ...settings,
      '--',
      'set',
      'bridge',
      'br0',
      'netflow=@n'
    );
  }

  /** Variables by which its programs find each other. */
  get variables(): NodeJS.ProcessEnv {
    return { ...this.environment, OVS_DB: `unix:${join(this.folder, 'db.sock')}` };
  }

  /**
   * Puts a bridge `br1` before `br0`, as OVN-Kubernetes has `br-ex` before `br-int`: what comes in by its port `p3` is
   * handed to `br0` by patch ports, and goes out by `p1` there.
   */
  async addBridgeBefore(): Promise<void> {
    const patch = (bridge: string, name: string, peer: string) => [
      ...['--', 'add-port', bridge, name, '--', 'set', 'Interface', name, 'type=patch', `options:peer=${peer}`],
      'ofport_request=5',
    ];
    await this.vsctl(
      ...['add-br', 'br1', '--', 'set', 'bridge', 'br1', 'datapath_type=dummy', 'fail-mode=secure'],
      ...portOf('br1', 'p3', 3),
      ...patch('br1', 'to-br0', 'to-br1'),
      ...patch('br0', 'to-br1', 'to-br0')
    );
    await this.forward('br1', 'in_port=3,ip,actions=ct(table=1)', 'table=1,ip,actions=output:5');
    await this.forward('br0', 'in_port=5,ip,actions=ct(table=1)', 'table=1,ip,actions=output:1');
  }

  /** Lets a packet come in by a port: `p1`, if no other is named. */
  async receive(packet: string, port = 'p1'): Promise<void> {
    await run('ovs-appctl', ['-t', join(this.folder, 'vswitchd.ctl'), 'netdev-dummy/receive', port, packet], {
      env: this.environment,
    });
  }

  async stop(): Promise<void> {
    await this.programs.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async open(): Promise<void> {
    const { folder, files, environment } = this;
    const file = (name: string) => join(folder, name);
    await run('ovsdb-tool', ['create', file('conf.db'), files.schema], { env: environment });
    const database = this.programs.start(
      files.database,
      [file('conf.db'), `--remote=punix:${file('db.sock')}`, `--unixctl=${file('db.ctl')}`, '--no-chdir'],
      environment
    );
    await waitFor(
      () => existsSync(file('db.sock')),
      () => `ovsdb-server does not answer: ${database.output()}`
    );
    await this.vsctl('--no-wait', 'init');
    const daemon = this.programs.start(
      files.daemon,
      [
        `unix:${file('db.sock')}`,
        '--enable-dummy=override',
        '--disable-system',
        `--unixctl=${file('vswitchd.ctl')}`,
        '--no-chdir',
      ],
      environment
    );
    await waitFor(
      () => existsSync(file('vswitchd.ctl')),
      () => `ovs-vswitchd does not answer: ${daemon.output()}`
    );
    await this.vsctl(
      ...['add-br', 'br0', '--', 'set', 'bridge', 'br0', 'datapath_type=dummy', 'fail-mode=secure'],
      ...portOf('br0', 'p1', 1),
      ...portOf('br0', 'p2', 2)
    );
    await this.forward('br0', 'in_port=1,actions=output:2', 'in_port=2,actions=output:1');
  }

  private async forward(bridge: string, ...flows: readonly string[]): Promise<void> {
    for (const flow of flows) {
      await run('ovs-ofctl', ['add-flow', `unix:${join(this.folder, `${bridge}.mgmt`)}`, flow], {
        env: this.environment,
      });
    }
  }

  /** Runs `ovs-vsctl`; what it prints. */
  async vsctl(...args: string[]): Promise<string> {
    const { stdout } = await run('ovs-vsctl', [`--db=unix:${join(this.folder, 'db.sock')}`, '--timeout=10', ...args], {
      env: this.environment,
    });
    return stdout.trim();
  }
}

/** What `ovs-vsctl` is told to add a port that packets come in by on request. */
function portOf(bridge: string, name: string, number: number): string[] {
  return [
    ...['--', 'add-port', bridge, name, '--', 'set', 'Interface', name, 'type=dummy'],
    ...[`ofport_request=${number}`, `options:ifindex=${1000 + number}`],
  ];
}

async function waitFor(isReady: () => boolean, problem: () => string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (isReady()) {
      return;
    }
    await sleep(50);
  }
  throw new Error(problem());
}
