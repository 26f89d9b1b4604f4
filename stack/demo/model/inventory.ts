import { stringify } from 'yaml';
import type { DemoCluster } from './types';

/** The cluster as the collector's static inventory holds it: what a Kubernetes API server would tell. */
export function inventoryOf(cluster: DemoCluster): object {
  return {
    nodes: cluster.nodes.map((node) => ({
      name: node.name,
      addresses: [node.internalAddress, node.exporterAddress],
      zone: node.zone,
    })),
    pods: cluster.pods.map((pod) => ({
      namespace: pod.namespace,
      name: pod.name,
      addresses: [pod.address, ...(pod.address6 === undefined ? [] : [pod.address6])],
      node: pod.node.name,
      owner: { kind: pod.kind, name: pod.workload },
    })),
    services: cluster.services.map((service) => ({
      namespace: service.namespace,
      name: service.name,
      clusterIPs: [service.clusterIP, ...(service.clusterIP6 === undefined ? [] : [service.clusterIP6])],
      ports: [{ port: service.port, protocol: service.protocol }],
      endpoints: [
        {
          addresses: service.pods.flatMap((pod) => [
            pod.address,
            ...(pod.address6 === undefined ? [] : [pod.address6]),
          ]),
          port: service.targetPort,
          protocol: service.protocol,
        },
      ],
    })),
  };
}

/** {@link inventoryOf} as the YAML file that the collector reads. */
export function inventoryYaml(cluster: DemoCluster): string {
  return `# The demo cluster of seed ${cluster.seed}; written anew at each start.\n${stringify(inventoryOf(cluster))}`;
}
