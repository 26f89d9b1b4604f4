import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

/** For the name of a test that needs certificates: why it is skipped. */
export const noOpenssl = hasOpenssl ? '' : ' (skipped: openssl is not installed)';

/** Files of a certificate and its key. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'ignore' });
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** A CA of its own in `folder`. */
export function makeCa(folder: string, name: string): CertificateFiles {
  const files = { cert: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) };
  openssl('req', '-x509', ...NEW_KEY, '-days', '2', '-subj', `/CN=${name}`, '-keyout', files.key, '-out', files.cert);
  return files;
}

/** A certificate for `localhost` and 127.0.0.1 that `ca` has signed. */
export function makeCertificate(folder: string, name: string, ca: CertificateFiles): CertificateFiles {
  const files = { cert: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) };
  const request = join(folder, `${name}.csr`);
  const names = ['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  openssl('req', ...NEW_KEY, '-subj', `/CN=${name}`, ...names, '-keyout', files.key, '-out', request);
  const signing = ['-CA', ca.cert, '-CAkey', ca.key, '-CAcreateserial', '-copy_extensions', 'copy'];
  openssl('x509', '-req', '-in', request, ...signing, '-days', '2', '-out', files.cert);
  return files;
}

/** What is in those files. */
export const contents = ({ cert, key }: CertificateFiles) => ({ cert: readFileSync(cert), key: readFileSync(key) });
