import { setFlagsFromString } from 'node:v8';
import type { Logger } from 'pino';
import { ConfigError } from '../config';
import { loadConfig } from '../config/root';
import { createLog } from '../log';
import { startCollector, type Collector } from '../run';
import type { CommandIo } from './checkConfig';

/** Ctrl-C reaches a command under `npm run` twice: from the terminal, and forwarded by npm. */
const SAME_SIGNAL_MS = 500;

/**
 * `run --config FILE`: serves until SIGTERM or SIGINT, then sends what is left and ends. A second signal ends at once.
 * @returns exit code: 0 after a signal, 1 where it could not start. Where it cannot end in order, the process is ended.
 */
export async function runCommand(file: string | undefined, io: CommandIo): Promise<number> {
  try {
    const { config, warnings } = loadConfig(file, io.env);
    const log = createLog(config.log);
    // Of the flows of a turn next to nothing outlives it: four threads that look for what does cost more CPU than one,
    // and take it from those that receive and compress.
    setFlagsFromString('--no-parallel-scavenge');
    for (const warning of warnings) {
      log.warn(warning);
    }
    const collector = await startCollector(config, log);
    const signal = await firstSignal();
    log.info({ signal, drainMs: config.loki.drainMs }, 'stopping: sending what is left; a second signal ends at once');
    const endAtOnce = setTimeout(() => {
      process.on('SIGTERM', () => process.exit(1));
      process.on('SIGINT', () => process.exit(1));
    }, SAME_SIGNAL_MS);
    await stopOrExit(collector, log);
    clearTimeout(endAtOnce);
    return 0;
  } catch (error) {
    const { message } = error as Error;
    io.stderr.write(error instanceof ConfigError ? `${message}\n` : `cannot start: ${message}\n`);
    return 1;
  }
}

/** What did not end may go on for ever, such as a socket: whoever waits for the process would have to kill it. */
async function stopOrExit(collector: Collector, log: Logger): Promise<void> {
  try {
    await collector.stop();
  } catch (error) {
    log.error({ err: error }, 'could not end in order: what was not sent or kept by now is lost, and not counted');
    process.exit(1);
  }
}

function firstSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    // They stay, so that a signal that comes again has no effect of its own.
    process.on('SIGTERM', resolve);
    process.on('SIGINT', resolve);
  });
}
