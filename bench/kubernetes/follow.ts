/**
 * One follower of a cluster, run alone so that its memory is its own: `ours` or `client`. Prints a line of JSON once it
 * has all pods, waits five seconds, and prints what it then takes.
 */
import { CoreV1Api, KubeConfig, makeInformer, type V1Pod } from '@kubernetes/client-node';
import { Enricher, enrichConfig } from '../../collector/src/enrich/index';

const [who, kubeconfig, wanted] = process.argv.slice(2) as [string, string, string];
const pods = Number(wanted);
const startedMs = performance.now();
const count = who === 'ours' ? await ours() : await client();
let firstMs: number | undefined;
let peak = 0;
const timer = setInterval(() => {
  const nowMs = performance.now() - startedMs;
  peak = Math.max(peak, process.memoryUsage().rss);
  if (count() > 0) {
    firstMs ??= nowMs;
  }
  if (count() >= pods) {
    clearInterval(timer);
    const cpuMs = process.cpuUsage().user / 1e3 + process.cpuUsage().system / 1e3;
    setTimeout(() => {
      (globalThis as { gc?: () => void }).gc?.();
      const { rss, heapUsed } = process.memoryUsage();
      console.log(JSON.stringify({ firstMs, allMs: nowMs, cpuMs, peak, rss, heapUsed }));
      process.exit(0);
    }, 5_000);
  }
}, 5);

/** The collector's way: pages of objects, of which names are kept. */
async function ours(): Promise<() => number> {
  const config = enrichConfig.parse({ kubernetes: { enabled: true, kubeconfig } });
  const enricher = await Enricher.start(config, { info() {}, warn: console.error, error: console.error });
  return () => enricher.stats().addresses / 2;
}

/** The client library's informer: the whole list, and whole objects. */
async function client(): Promise<() => number> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const api = config.makeApiClient(CoreV1Api);
  const informer = makeInformer<V1Pod>(config, '/api/v1/pods', () => api.listPodForAllNamespaces());
  void informer.start();
  return () => informer.list().length;
}
