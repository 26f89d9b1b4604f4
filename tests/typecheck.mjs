// `npm run typecheck`: the type checks of `npm test`, alone.
import { spawnSync } from 'node:child_process';
import { CHECKS } from './checks.mjs';

let failed = false;
for (const { name, command } of CHECKS.filter((check) => check.command[0] === 'tsc')) {
  console.log(name);
  const { status } = spawnSync(`node_modules/.bin/${command[0]}`, command.slice(1), { stdio: 'inherit' });
  failed ||= status !== 0;
}
process.exit(failed ? 1 : 0);
