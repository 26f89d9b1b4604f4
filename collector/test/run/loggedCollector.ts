import { Writable } from 'node:stream';
import { collectorConfig } from '../../src/config/root';
import { createLog } from '../../src/log';
import { startCollector } from '../../src/run';

/**
 * Runs a collector on free ports of this machine and keeps what it logs.
 * @param undo gets what stops it, unless it was stopped before.
 */
export async function startLogged(level: 'info' | 'trace', settings: object, undo: Array<() => unknown>) {
  let logged = '';
  const log = new Writable({
    write(chunk: Buffer, _encoding, done) {
      logged += chunk.toString();
      done();
    },
  });
  const config = collectorConfig.parse({
    receive: { listen: ['127.0.0.1:0'] },
    http: { listen: '127.0.0.1:0' },
    ...settings,
  });
  const collector = await startCollector(config, createLog({ level }, log));
  let running = true;
  const stop = async () => {
    if (running) {
      running = false;
      await collector.stop();
    }
  };
  undo.push(stop);
  return { collector, logged: () => logged, stop };
}
