/**
 * How long until flows get names from a cluster of 20,000 pods, and what that takes, beside the informer of the client
 * library over the same genuine kube-apiserver.
 * Run: `npx tsx bench/kubernetes/run.ts [PODS]`; needs what `stack/kubernetes/prepare.ts` builds, and etcd.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { store, storedPod, storedReplicaSet } from '../../tests/integration/kubernetes/bulk';
import { Cluster } from '../../tests/integration/kubernetes/cluster';

interface Figures {
  readonly firstMs: number;
  readonly allMs: number;
  readonly cpuMs: number;
  readonly peak: number;
  readonly rss: number;
  readonly heapUsed: number;
}

const pods = Number(process.argv[2] ?? 20_000);
const cluster = await Cluster.start();
try {
  await cluster.namespace('load');
  const list = <T>(length: number, make: (index: number) => T) => Array.from({ length }, (_, index) => make(index));
  await store(cluster, list(2_000, storedReplicaSet));
  for (let from = 0; from < pods; from += 1_000) {
    await store(
      cluster,
      list(Math.min(1_000, pods - from), (index) => storedPod(from + index))
    );
  }
  const size = Buffer.byteLength(JSON.stringify(storedPod(0).object));
  console.log(`${pods} pods of ${size} bytes`);
  // Each twice, in turn: the first run fills the caches of the API server.
  const runs: Record<string, Figures[]> = { ours: [], client: [] };
  for (const who of ['ours', 'client', 'ours', 'client']) {
    runs[who]!.push(await follow(who));
  }
  const [ours, client] = [runs['ours']!.at(-1)!, runs['client']!.at(-1)!];
  const row = (name: string, key: keyof Figures, unit: number, word: string) => {
    const figures = [ours[key], client[key]].map((value) => `${(value / unit).toFixed(1)} ${word}`.padStart(12));
    console.log(`${name.padEnd(28)}${figures.join('')}   ratio ${(client[key] / ours[key]).toFixed(1)}`);
  };
  console.log(`${' '.repeat(28)}${'collector'.padStart(12)}${'client-node'.padStart(12)}`);
  row('first names after', 'firstMs', 1, 'ms');
  row('all names after', 'allMs', 1, 'ms');
  row('CPU until then', 'cpuMs', 1, 'ms');
  row('resident at most', 'peak', 1e6, 'MB');
  row('resident after', 'rss', 1e6, 'MB');
  row('heap in use after', 'heapUsed', 1e6, 'MB');
} finally {
  await cluster.stop();
}

async function follow(who: string): Promise<Figures> {
  const file = join(import.meta.dirname, 'follow.ts');
  const args = ['--expose-gc', '--import', 'tsx', file, who, cluster.plane.kubeconfig(), String(pods)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 300_000 });
  return JSON.parse(stdout) as Figures;
}
