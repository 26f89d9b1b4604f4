import type { WorkloadKind } from './types';

/** One line of the demo cluster's plan. */
export interface WorkloadPlan {
  readonly namespace: string;
  readonly name: string;
  readonly kind: WorkloadKind;
  readonly pods: number;
  /** Both IP versions where true. */
  readonly dualStack?: boolean;
  /** The service in front of it. */
  readonly service?: {
    readonly name: string;
    readonly port: number;
    readonly targetPort: number;
    readonly protocol: 'TCP' | 'UDP';
  };
}

const tcp = (name: string, port: number, targetPort = port): WorkloadPlan['service'] => ({
  name,
  port,
  targetPort,
  protocol: 'TCP',
});

/** What runs in the demo cluster. `mywebapp` is the file and media server that the other demo stories are about. */
export const WORKLOADS: readonly WorkloadPlan[] = [
  {
    namespace: 'mywebapp',
    name: 'mywebapp',
    kind: 'Deployment',
    pods: 3,
    dualStack: true,
    service: tcp('mywebapp', 8080),
  },
  { namespace: 'media-clients', name: 'player', kind: 'Deployment', pods: 4, dualStack: true },
  { namespace: 'media-clients', name: 'uploader', kind: 'Deployment', pods: 2 },
  {
    namespace: 'ingress-nginx',
    name: 'ingress-nginx-controller',
    kind: 'Deployment',
    pods: 2,
    dualStack: true,
    service: tcp('ingress-nginx-controller', 443),
  },
  { namespace: 'shop', name: 'frontend', kind: 'Deployment', pods: 3, service: tcp('frontend', 80, 8080) },
  { namespace: 'shop', name: 'catalog', kind: 'Deployment', pods: 2, service: tcp('catalog', 50051) },
  { namespace: 'shop', name: 'cart', kind: 'Deployment', pods: 2, service: tcp('cart', 50051) },
  { namespace: 'shop', name: 'checkout', kind: 'Deployment', pods: 2, service: tcp('checkout', 50051) },
  { namespace: 'database', name: 'postgresql', kind: 'StatefulSet', pods: 2, service: tcp('postgresql', 5432) },
  { namespace: 'database', name: 'redis', kind: 'StatefulSet', pods: 1, service: tcp('redis', 6379) },
  {
    namespace: 'kube-system',
    name: 'coredns',
    kind: 'Deployment',
    pods: 2,
    service: { name: 'kube-dns', port: 53, targetPort: 53, protocol: 'UDP' },
  },
  { namespace: 'monitoring', name: 'prometheus', kind: 'StatefulSet', pods: 1, service: tcp('prometheus', 9090) },
  { namespace: 'monitoring', name: 'loki', kind: 'StatefulSet', pods: 1, service: tcp('loki', 3100) },
  { namespace: 'monitoring', name: 'log-agent', kind: 'DaemonSet', pods: 4 },
  { namespace: 'monitoring', name: 'probe', kind: 'Deployment', pods: 1 },
  { namespace: 'backup', name: 'nightly-backup', kind: 'CronJob', pods: 1 },
  { namespace: 'legacy', name: 'terminal', kind: 'Deployment', pods: 1 },
  { namespace: 'legacy', name: 'ftp-sync', kind: 'CronJob', pods: 1 },
];
