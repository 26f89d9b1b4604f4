import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cachedProgram, type GoProgram } from '../goProgram';
import { findOnPath } from '../process/findOnPath';

const here = dirname(fileURLToPath(import.meta.url));
const otherwise = 'name a folder that holds it: KUBEBUILDER_ASSETS=/path';

/** The API server that `apiserver/go.mod` pins. */
export const KUBE_APISERVER: GoProgram = {
  name: 'kube-apiserver',
  version: '1.36.3',
  package: 'k8s.io/kubernetes/cmd/kube-apiserver',
  folder: join(here, 'apiserver'),
  variables: [
    'k8s.io/component-base/version.gitVersion=v1.36.3',
    'k8s.io/component-base/version.gitMajor=1',
    'k8s.io/component-base/version.gitMinor=36',
  ],
  packages: 1400,
  otherwise,
};

/** The Helm that `helm/go.mod` pins. */
export const HELM: GoProgram = {
  name: 'helm',
  version: '4.3.1',
  package: 'helm.sh/helm/v4/cmd/helm',
  folder: join(here, 'helm'),
  variables: ['helm.sh/helm/v4/internal/version.version=v4.3.1'],
  packages: 1000,
  otherwise,
};

/**
 * Where a program of Kubernetes is: in `KUBEBUILDER_ASSETS` (the folder that envtest uses), else on the PATH, else where
 * `stack/kubernetes/prepare.ts` has built it.
 */
function locate(name: string, cached?: string): string | undefined {
  const assets = process.env['KUBEBUILDER_ASSETS'];
  const candidates = [...(assets ? [join(assets, name)] : []), findOnPath(name), cached];
  return candidates.find((path) => path !== undefined && existsSync(path));
}

/** The programs of a control plane without nodes. */
export interface ControlPlanePrograms {
  readonly apiServer: string;
  readonly etcd: string;
}

/** The programs of a control plane, or the reason for which there are none, and what to do. */
export function locateControlPlane(): ControlPlanePrograms | { readonly missing: string } {
  const apiServer = locate('kube-apiserver', cachedProgram(KUBE_APISERVER));
  const etcd = locate('etcd');
  if (etcd === undefined) {
    return { missing: "etcd is not installed (Debian's etcd-server)" };
  }
  return apiServer === undefined
    ? { missing: 'kube-apiserver is not built; npx tsx stack/kubernetes/prepare.ts builds it' }
    : { apiServer, etcd };
}

/** Helm 4, or the reason for which there is none, and what to do. */
export function locateHelm(): { readonly helm: string } | { readonly missing: string } {
  const helm = locate('helm', cachedProgram(HELM));
  return helm === undefined
    ? { missing: 'helm is not built; npx tsx stack/kubernetes/prepare.ts builds it' }
    : { helm };
}
