/**
 * The checks that are not tests: each is one command that must end with exit code 0.
 * `npm test` runs them in this order; each can be run alone by its npm script (docs/development.md).
 */
export const CHECKS = [
  { name: 'types of the app', command: ['tsc', '--noEmit', '-p', 'tsconfig.json'] },
  { name: 'types of schema', command: ['tsc', '-p', 'schema/tsconfig.json'] },
  { name: 'types of the collector', command: ['tsc', '-p', 'collector/tsconfig.json'] },
  { name: 'types of stack', command: ['tsc', '-p', 'stack/tsconfig.json'] },
  { name: 'types of tests', command: ['tsc', '-p', 'tests/tsconfig.json'] },
  { name: 'types of the collector’s benches', command: ['tsc', '--noEmit', '-p', 'bench/collector/tsconfig.json'] },
  { name: 'types of the flow table’s bench', command: ['tsc', '--noEmit', '-p', 'bench/flowTable/tsconfig.json'] },
  { name: 'types of bench/query', command: ['tsc', '--noEmit', '-p', 'bench/query/tsconfig.json'] },
  { name: 'types of bench/kubernetes', command: ['tsc', '--noEmit', '-p', 'bench/kubernetes/tsconfig.json'] },
  { name: 'types of docs', command: ['tsc', '-p', 'docs/tsconfig.json'] },
  { name: 'types of provisioning', command: ['tsc', '-p', 'provisioning/tsconfig.json'] },
  { name: 'lint', command: ['eslint', '--cache', '--quiet', '.'] },
  {
    name: 'import direction and cycles',
    command: ['depcruise', '--config', '.dependency-cruiser.cjs', 'src', 'collector/src', 'schema', 'stack'],
  },
  { name: 'format', command: ['prettier', '--check', '--log-level', 'warn', '.'] },
  { name: 'docs/flow-fields.md follows schema/', command: ['tsx', 'docs/generate.ts', '--check'] },
  {
    name: 'provisioning/alerting follows provisioning/alerts',
    command: ['tsx', 'provisioning/alerts/generate.ts', '--check'],
  },
  {
    name: 'src/dashboards follow src/dashboards/build',
    command: ['tsx', 'src/dashboards/build/generate.ts', '--check'],
  },
];
