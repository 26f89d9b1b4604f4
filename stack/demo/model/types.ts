/** A machine of the demo cluster; its Open vSwitch exports from an address of its own. */
export interface DemoNode {
  readonly name: string;
  readonly zone: string;
  /** What tunnels between nodes use. */
  readonly internalAddress: string;
  /** Loopback address that its exporter sends from, so that the collector tells the nodes apart. */
  readonly exporterAddress: string;
}

/** Kinds of workload, as Kubernetes names them. */
export type WorkloadKind = 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'CronJob';

/** A pod: one place that traffic starts or ends in. */
export interface DemoPod {
  readonly namespace: string;
  readonly name: string;
  readonly workload: string;
  readonly kind: WorkloadKind;
  readonly node: DemoNode;
  readonly address: string;
  /** Second address of pods with both IP versions. */
  readonly address6?: string;
  /** Name of its port on the switch. */
  readonly portName: string;
}

/** What listens behind a service. */
export interface DemoService {
  readonly namespace: string;
  readonly name: string;
  readonly clusterIP: string;
  readonly clusterIP6?: string;
  readonly port: number;
  readonly targetPort: number;
  readonly protocol: 'TCP' | 'UDP';
  readonly pods: readonly DemoPod[];
}

/** The cluster, with who talks to whom. Equal for equal seeds. */
export interface DemoCluster {
  readonly seed: number;
  readonly nodes: readonly DemoNode[];
  readonly pods: readonly DemoPod[];
  readonly services: readonly DemoService[];
}

/** An address outside the cluster, and the node that its traffic comes through. */
export interface Outsider {
  readonly address: string;
  readonly address6?: string;
}
