// `npm test`: set-up, checks, tests of every kind, and one line that sums them up.
// Plain JavaScript without dependencies, for it runs before anything is installed.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { ensureInstalled } from '../stack/install.mjs';
import { CHECKS } from './checks.mjs';
import { emptyTally, readJestReport, readPlaywrightReport } from './reports.mjs';

const root = join(import.meta.dirname, '..');
const results = join(root, 'test-results');
const bin = (name) => join(root, 'node_modules', '.bin', name);
const total = emptyTally();

/** Runs a command to its end; its output is shown as it comes, or only on failure where `quiet`. */
function run(command, args, { quiet = false, env = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, FORCE_COLOR: '0', ...env },
      stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
    });
    const output = [];
    child.stdout?.on('data', (chunk) => output.push(chunk));
    child.stderr?.on('data', (chunk) => output.push(chunk));
    child.on('error', (error) => resolve({ code: 1, output: String(error) }));
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(output).toString() }));
  });
}

function add(tally) {
  total.passed += tally.passed;
  total.failed.push(...tally.failed);
  total.skipped.push(...tally.skipped);
}

async function step(title, work) {
  const began = Date.now();
  console.log(`\n— ${title}`);
  await work();
  console.log(`  ${((Date.now() - began) / 1000).toFixed(1)} s`);
}

async function check({ name, command: [tool, ...args] }) {
  const { code, output } = await run(bin(tool), args, { quiet: true });
  if (code === 0) {
    console.log(`  ok      ${name}`);
    total.passed += 1;
  } else {
    console.log(`  FAILED  ${name}\n${output}`);
    total.failed.push(name);
  }
}

/** Runs a test runner that writes a JSON report; a runner that dies without one counts as a failure. */
async function suite(name, report, read, command, args, env) {
  const path = join(results, report);
  const { code } = await run(command, args, { env });
  if (!existsSync(path)) {
    total.failed.push(`${name}: ended with code ${code} and left no report`);
    return;
  }
  const tally = read(path);
  if (code !== 0 && tally.failed.length === 0) {
    tally.failed.push(`${name}: ended with code ${code} though no test failed`);
  }
  add(tally);
}

const vitest = (project) => [
  'run',
  '--project',
  project,
  '--reporter=default',
  '--reporter=json',
  `--outputFile=${join(results, `${project}.json`)}`,
];

await step('set-up', () => ensureInstalled(root));
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

// Loki takes minutes to build once: it does so beside the checks, which need one core.
const loki = run(bin('tsx'), ['stack/loki/prepare.ts'], { quiet: true });
// So do the API server and Helm, where it is asked for; without them their tests are skipped.
const kubernetes = process.env.BUILD_KUBERNETES
  ? loki.then(() => run(bin('tsx'), ['stack/kubernetes/prepare.ts'], { quiet: true }))
  : undefined;

await step('checks', async () => {
  for (const one of CHECKS) {
    await check(one);
  }
});
await step('unit tests: schema, flow, collector, stack', () =>
  suite('unit', 'unit.json', readJestReport, bin('vitest'), vitest('unit'))
);
await step('unit tests: the app', () =>
  suite('app', 'app.json', readJestReport, bin('jest'), [
    '--json',
    `--outputFile=${join(results, 'app.json')}`,
    `--maxWorkers=${Math.max(1, Math.min(4, cpus().length))}`,
  ])
);
await step('build', async () => {
  for (const name of ['build:plugin', 'build:collector']) {
    const { code, output } = await run('npm', ['run', '-s', name], { quiet: true });
    console.log(code === 0 ? `  ok      ${name}` : `  FAILED  ${name}\n${output}`);
    code === 0 ? (total.passed += 1) : total.failed.push(name);
  }
});
await step('Loki', async () => {
  const { code, output } = await loki;
  console.log(output.trimEnd());
  if (code !== 0) {
    total.failed.push(`Loki is not to be had: ${output.trim().split('\n').at(-1)}`);
  }
});
if (kubernetes !== undefined) {
  await step('Kubernetes', async () => {
    const { code, output } = await kubernetes;
    console.log(output.trimEnd());
    if (code !== 0) {
      total.failed.push(`Kubernetes is not to be had: ${output.trim().split('\n').at(-1)}`);
    }
  });
}
await step('integration tests with a real Loki', () =>
  suite('integration', 'integration.json', readJestReport, bin('vitest'), vitest('integration'))
);
await step('browser tests in a real Grafana', () =>
  suite('browser', 'e2e.json', readPlaywrightReport, bin('tsx'), ['tests/e2e/run.ts'])
);

for (const name of total.failed) {
  console.log(`failed: ${name}`);
}
for (const name of total.skipped) {
  console.log(`skipped: ${name}`);
}
console.log(`${total.passed} passed, ${total.failed.length} failed, ${total.skipped.length} skipped`);
process.exit(total.failed.length === 0 ? 0 : 1);
