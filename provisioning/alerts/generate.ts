import { readFileSync, writeFileSync } from 'node:fs';
import { rulesFile } from './file';
import { alertRules } from './rules';
import { readAlertSettings } from './settings';

/** Writes the rules that Grafana provisions; with `--check` only tells whether the file is what it would write. */

const TARGET = new URL('../alerting/network-observability.yaml', import.meta.url);

try {
  const text = rulesFile(alertRules(readAlertSettings()));
  if (!process.argv.includes('--check')) {
    writeFileSync(TARGET, text);
  } else if (readFileSync(TARGET, 'utf8') !== text) {
    throw new Error('provisioning/alerting does not follow provisioning/alerts: run `npm run alerts`');
  }
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
