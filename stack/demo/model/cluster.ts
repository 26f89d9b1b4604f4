import { Random } from '../random';
import type { DemoCluster, DemoNode, DemoPod, DemoService } from './types';
import { WORKLOADS, type WorkloadPlan } from './workloads';

// Kubernetes leaves out vowels and lookalikes in generated names.
const NAME_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

const NODES: ReadonlyArray<readonly [name: string, zone: string]> = [
  ['worker-1', 'zone-a'],
  ['worker-2', 'zone-a'],
  ['worker-3', 'zone-b'],
  ['worker-4', 'zone-b'],
];

function podName(random: Random, plan: WorkloadPlan, index: number, replicaSet: string): string {
  const suffix = random.text(5, NAME_LETTERS);
  switch (plan.kind) {
    case 'StatefulSet':
      return `${plan.name}-${index}`;
    case 'DaemonSet':
      return `${plan.name}-${suffix}`;
    case 'CronJob':
      return `${plan.name}-29${random.text(6, '0123456789')}-${suffix}`;
    case 'Deployment':
      return `${plan.name}-${replicaSet}-${suffix}`;
  }
}

/**
 * The demo cluster of a seed: 4 nodes in 2 zones, the plan's workloads with their pods spread over the nodes. The seed
 * decides pod names and where pods run, not what exists.
 */
export function buildCluster(seed: number): DemoCluster {
  const nodes: DemoNode[] = NODES.map(([name, zone], index) => ({
    name,
    zone,
    internalAddress: `192.168.50.${11 + index}`,
    exporterAddress: `127.0.1.${1 + index}`,
  }));
  const pods: DemoPod[] = [];
  const services: DemoService[] = [];
  const podsOnNode = new Map<DemoNode, number>();
  WORKLOADS.forEach((plan, planIndex) => {
    const random = new Random(seed, 'workload', plan.namespace, plan.name);
    const replicaSet = random.text(10, NAME_LETTERS);
    const first = random.integer(0, nodes.length - 1);
    const own = Array.from({ length: plan.pods }, (_, index): DemoPod => {
      const nodeIndex = (first + index) % nodes.length;
      const node = nodes[nodeIndex] as DemoNode;
      const place = (podsOnNode.get(node) ?? 0) + 1;
      podsOnNode.set(node, place);
      return {
        namespace: plan.namespace,
        name: podName(random, plan, index, replicaSet),
        workload: plan.name,
        kind: plan.kind,
        node,
        address: `10.244.${nodeIndex}.${10 + place}`,
        ...(plan.dualStack ? { address6: `fd00:10:244:${nodeIndex + 1}::${(10 + place).toString(16)}` } : {}),
        portName: random.text(15, '0123456789abcdef'),
      };
    });
    pods.push(...own);
    if (plan.service !== undefined) {
      services.push({
        namespace: plan.namespace,
        clusterIP: `10.96.${planIndex}.10`,
        ...(plan.dualStack ? { clusterIP6: `fd00:10:96::${(0x10 + planIndex).toString(16)}` } : {}),
        pods: own,
        ...plan.service,
      });
    }
  });
  return { seed, nodes, pods, services };
}
