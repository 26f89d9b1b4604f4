import { statSync } from 'node:fs';
import type { Logger } from 'pino';
import { loadYamlFile } from '../../config/index';
import type { ClusterChanges } from '../cluster';
import { type Inventory, inventorySchema } from './inventorySchema';

/** How often the file is looked at. By time and size, not by notification: ConfigMaps change by way of a symlink. */
const WATCH_INTERVAL_MS = 2_000;

/** A cluster written down in a YAML file, for the demo and for clusters whose API is out of reach. */
export class InventorySource {
  readonly #file: string;
  readonly #changes: ClusterChanges;
  readonly #log: Pick<Logger, 'info' | 'error'>;
  readonly #clock: () => number;
  #keys = new Set<string>();
  #watcher: NodeJS.Timeout | undefined;
  /** The version of the file that was read last. */
  #read = '';

  /**
   * @param file path of the inventory.
   * @param changes the index to fill.
   * @param clock milliseconds since the epoch.
   */
  constructor(file: string, changes: ClusterChanges, log: Pick<Logger, 'info' | 'error'>, clock: () => number) {
    this.#file = file;
    this.#changes = changes;
    this.#log = log;
    this.#clock = clock;
  }

  /**
   * Reads the file, and again whenever it changes.
   * @param intervalMs how often to look for a change.
   * @throws ConfigError where the file is not a sound inventory. Later bad edits are logged, and the former contents
   * stay in force.
   */
  start(intervalMs = WATCH_INTERVAL_MS): void {
    // Before the reading, so that an edit right after it is not taken for what was read.
    this.#read = this.#version();
    this.#apply(loadYamlFile(this.#file, inventorySchema), -Infinity);
    this.#watcher = setInterval(() => {
      const now = this.#version();
      if (now !== this.#read) {
        this.#read = now;
        this.reload();
      }
    }, intervalMs);
    this.#watcher.unref();
  }

  /** Reads the file again; what is not in it any more ends now. */
  reload(): void {
    let inventory: Inventory;
    try {
      inventory = loadYamlFile(this.#file, inventorySchema);
    } catch (error) {
      const problem = (error as Error).message;
      this.#log.error({ file: this.#file, problem }, 'inventory not reloaded: the former contents stay in force');
      return;
    }
    this.#apply(inventory, this.#clock());
    const { nodes, pods, services } = inventory;
    const counts = { nodes: nodes.length, pods: pods.length, services: services.length };
    this.#log.info({ file: this.#file, ...counts }, 'inventory reloaded');
  }

  /** Stops watching the file. */
  stop(): void {
    clearInterval(this.#watcher);
  }

  /** What tells one state of the file from the next; why there is none, where it cannot be looked at. */
  #version(): string {
    try {
      const { ino, mtimeMs, size } = statSync(this.#file);
      return `${ino} ${mtimeMs} ${size}`;
    } catch (error) {
      return (error as Error).message;
    }
  }

  #apply({ nodes, pods, services }: Inventory, fromMs: number): void {
    const keys = new Set<string>();
    const keyOf = (...parts: string[]) => {
      const key = ['inventory', ...parts].join(':');
      keys.add(key);
      return key;
    };
    const writes: Array<() => void> = [];
    for (const { name, addresses, zone, labels } of nodes) {
      const key = keyOf('node', name);
      const node = { name, addresses, zone: zone ?? labels?.['topology.kubernetes.io/zone'] };
      writes.push(() => this.#changes.setNode(key, node, fromMs));
    }
    for (const pod of pods) {
      const key = keyOf('pod', pod.namespace, pod.name);
      writes.push(() => this.#changes.setPod(key, pod, fromMs));
    }
    for (const service of services) {
      writes.push(...this.#serviceWrites(service, keyOf, fromMs));
    }
    for (const key of this.#keys) {
      if (!keys.has(key)) {
        this.#changes.remove(key, this.#clock());
      }
    }
    this.#keys = keys;
    writes.forEach((write) => write());
  }

  #serviceWrites(service: Inventory['services'][number], keyOf: (...parts: string[]) => string, fromMs: number) {
    const { namespace, name, clusterIPs, externalIPs } = service;
    const serviceKey = keyOf('service', namespace, name);
    const endpointsKey = keyOf('endpoints', namespace, name);
    const ports = service.ports.map(({ port, protocol, nodePort }) => ({ port, proto: protocol, nodePort }));
    const endpoints = service.endpoints.flatMap(({ addresses, port, protocol }) =>
      addresses.map((address) => ({ address, port, proto: protocol }))
    );
    const headless = clusterIPs.length === 0;
    return [
      () => this.#changes.setService(serviceKey, { namespace, name, clusterIPs, externalIPs, ports }, fromMs),
      () => this.#changes.setEndpoints(endpointsKey, { namespace, service: name, headless, endpoints }, fromMs),
    ];
  }
}
