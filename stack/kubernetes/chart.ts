import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The chart's folder. */
export const CHART = fileURLToPath(new URL('../../deploy/helm/netobserv-flows', import.meta.url));

/** Where the chart's plain form is kept. */
export const MANIFESTS = fileURLToPath(new URL('../../deploy/kubernetes', import.meta.url));

/** Release and namespace of the plain manifests. */
const NAME = 'netobserv-flows';

/** Export at the nodes, with a stand-in for the image that only the cluster's owner can name. */
export const NODE_EXPORT = ['nodeExport.mode=openvswitch', 'nodeExport.image.repository=image-with-ovs-vsctl'];

/** What else a rendering may differ in. */
export interface RenderOptions {
  /** The release's name; the plain manifests' where left out. */
  readonly release?: string;
  /** The namespace; the plain manifests' where left out. */
  readonly namespace?: string;
  /** A file of values, over which `values` go. */
  readonly valuesFile?: string;
}

/**
 * Renders the chart.
 * @param helm Helm 4.
 * @param values set on top of values.yaml, `path=value` each.
 * @throws Error with what Helm says: which value is refused, and why.
 */
export async function renderChart(
  helm: string,
  values: readonly string[] = [],
  { release = NAME, namespace = NAME, valuesFile }: RenderOptions = {}
): Promise<string> {
  const file = valuesFile === undefined ? [] : ['--values', valuesFile];
  const sets = values.flatMap((value) => ['--set', value]);
  const args = ['template', release, CHART, '--namespace', namespace, ...file, ...sets];
  const { stdout } = await promisify(execFile)(helm, args, { maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

const NAMESPACE = `apiVersion: v1
kind: Namespace
metadata:
  name: ${NAME}
`;

/** The plain manifests by path under {@link MANIFESTS}, as they follow from the chart. */
export async function plainManifests(helm: string): Promise<ReadonlyMap<string, string>> {
  // A password that is drawn by lot cannot be in a repository.
  const values = ['grafana.adminSecretName=netobserv-flows-grafana'];
  const files = new Map<string, string>([['namespace.yaml', header('the namespace of all') + NAMESPACE]]);
  const parts = [
    ['collector', 'collector.yaml', values],
    ['loki', 'loki.yaml', values],
    ['grafana', 'grafana.yaml', values],
    ['node-export', join('node-export', 'openvswitch.yaml'), [...values, ...NODE_EXPORT]],
  ] as const;
  for (const [part, file, set] of parts) {
    const rendered = await renderChart(helm, set);
    const documents = rendered
      .split(/^---\n/m)
      .filter((document) => document.startsWith(`# Source: ${NAME}/templates/${part}/`))
      .map((document) => plain(document));
    files.set(file, header(`the part ${part}`) + documents.join('---\n'));
  }
  return files;
}

const header = (what: string) => `# Written by \`npm run manifests\` from deploy/helm/netobserv-flows: ${what}.\n`;

/** Without what only Helm needs. */
function plain(document: string): string {
  const lines = document.split('\n');
  const kept = lines.filter(
    (line) => !/^# Source: |^\s*(app\.kubernetes\.io\/managed-by|helm\.sh\/chart): /.test(line)
  );
  return `${kept.join('\n').trim()}\n`;
}
