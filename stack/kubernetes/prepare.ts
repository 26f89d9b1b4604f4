import { buildProgram } from '../goProgram';
import { HELM, KUBE_APISERVER, locateControlPlane, locateHelm } from './programs';

// Builds what the Kubernetes tests need and is not there, some five minutes each on two busy cores. `npm test` does so
// only where BUILD_KUBERNETES is set; without, those tests say that they are skipped.
let last = 0;
const tell = (message: string) => {
  if (Date.now() - last > 10_000) {
    last = Date.now();
    console.log(message);
  }
};
try {
  for (const [program, found] of [
    [KUBE_APISERVER, 'apiServer' in locateControlPlane()],
    [HELM, 'helm' in locateHelm()],
  ] as const) {
    if (!found) {
      console.log(`${program.name}: ${await buildProgram(program, tell)}`);
    }
  }
  const plane = locateControlPlane();
  const helm = locateHelm();
  console.log('missing' in plane ? `Kubernetes: ${plane.missing}` : `Kubernetes: ${plane.apiServer}, ${plane.etcd}`);
  console.log(`Helm: ${'missing' in helm ? helm.missing : helm.helm}`);
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
