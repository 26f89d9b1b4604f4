import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** Programs that a test has started; each is ended by its own process, none by its name. */
export class Programs {
  private readonly running: ChildProcess[] = [];

  /** Starts a program that goes on; its output is kept for the message of a failure. */
  start(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): { output: () => string } {
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    child.stderr.on('data', (data: Buffer) => (output += data.toString()));
    child.on('error', (error) => (output += error.message));
    this.running.push(child);
    return { output: () => output };
  }

  /** Ends them all, the last one first. */
  async stop(): Promise<void> {
    for (const child of this.running.splice(0).reverse()) {
      if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        await Promise.race([ended, sleep(3000).then(() => child.kill('SIGKILL'))]);
      }
    }
  }
}
