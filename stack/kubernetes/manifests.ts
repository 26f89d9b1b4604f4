import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MANIFESTS, plainManifests } from './chart';
import { locateHelm } from './programs';

// `npm run manifests`: writes deploy/kubernetes from the chart.
const found = locateHelm();
if ('missing' in found) {
  console.error(found.missing);
  process.exit(1);
}
for (const [path, text] of await plainManifests(found.helm)) {
  const file = join(MANIFESTS, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
