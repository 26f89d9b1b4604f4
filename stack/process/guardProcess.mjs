// Outlives the process that started it just long enough to end what that process left behind.
//
// Standard input is a pipe whose only writer is the starter. Lines `+PID` and `-PID` say which process groups are
// alive; the end of the input means that the starter is gone, however it went (also by SIGKILL), and every group still
// on the list is asked to end, then made to.
import { createInterface } from 'node:readline';

const GRACE_MS = 8000;
const groups = new Set();

function signal(group, name) {
  try {
    process.kill(-group, name);
    return true;
  } catch {
    return false; // The group has ended already.
  }
}

// A Ctrl-C in the terminal must not end the guard before it has done its work.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(name, () => undefined);
}

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const group = Number(line.slice(1));
  if (Number.isInteger(group) && group > 1) {
    if (line.startsWith('+')) {
      groups.add(group);
    } else {
      groups.delete(group);
    }
  }
});
lines.on('close', () => {
  const left = [...groups].filter((group) => signal(group, 'SIGTERM'));
  const until = Date.now() + GRACE_MS;
  const check = setInterval(() => {
    const alive = left.filter((group) => signal(group, 0));
    if (alive.length === 0 || Date.now() > until) {
      alive.forEach((group) => signal(group, 'SIGKILL'));
      clearInterval(check);
    }
  }, 100);
});
