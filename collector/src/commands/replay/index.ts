import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError } from '../../config';
import { loadConfig } from '../../config/root';
import { createLog } from '../../log';
import { FileError, readDatagrams } from '../../receive/files';
import { startCollector, type Collector } from '../../run';
import type { CommandIo } from '../checkConfig';
import { DecodeTally } from '../decodeTally';
import { Pacer, parsePace, type Clock, type Pace } from './pacer';
import { PipelineTarget } from './pipelineTarget';
import { parseTarget, UdpTarget, type Target } from './udpTarget';

/** What the command line says. */
export interface ReplayOptions {
  /** UDP address to send to; left out where `config` is given. */
  readonly to?: string;
  /** Configuration of a collector whose stages and Loki the datagrams go to, without the network. */
  readonly config?: string;
  /** See {@link parsePace}. */
  readonly pace?: string;
}

const DEFAULT_TARGET = '127.0.0.1:2055';

const CLOCK: Clock = {
  now: () => performance.now(),
  sleep: async (ms) => {
    await sleep(ms);
  },
};

/**
 * `replay FILE…`: sends the datagrams of captures again, to a UDP address, or straight into the stages of a collector,
 * in the order of the files; then says how many there were.
 * @returns exit code: 1 where the options are not usable, a file could not be read, or a datagram not sent.
 */
export async function replayCommand(
  files: readonly string[],
  options: ReplayOptions,
  io: CommandIo,
  clock: Clock = CLOCK
): Promise<number> {
  try {
    const pace = readPace(options);
    const collector = options.config === undefined ? undefined : await openCollector(options, io);
    const target: Target =
      collector === undefined ? new UdpTarget(readTarget(options.to ?? DEFAULT_TARGET)) : new PipelineTarget(collector);
    const tally = new DecodeTally();
    const startMs = clock.now();
    let error: string | undefined;
    try {
      error = await replayFiles(files, target, new Pacer(pace, clock), tally);
    } finally {
      await target.close();
    }
    tally.errors.forEach((line) => io.stderr.write(`${line}\n`));
    io.stdout.write(`${summary(tally, clock.now() - startMs)}\n`);
    if (collector !== undefined) {
      const { decoded, stored, lost } = collector.status();
      io.stdout.write(`${decoded} flows decoded, ${stored} stored, lost: ${JSON.stringify(lost)}\n`);
    }
    if (error !== undefined) {
      io.stderr.write(`${error}\n`);
    }
    return error !== undefined || tally.hasErrors ? 1 : 0;
  } catch (error) {
    const { message } = error as Error;
    io.stderr.write(error instanceof ConfigError ? `${message}\n` : `cannot replay: ${message}\n`);
    return 1;
  }
}

/** @returns what kept a file from being read to its end, or undefined. */
async function replayFiles(
  files: readonly string[],
  target: Target,
  pacer: Pacer,
  tally: DecodeTally
): Promise<string | undefined> {
  try {
    for (const file of files) {
      pacer.nextFile();
      for await (const item of readDatagrams(file)) {
        if ('skipped' in item) {
          tally.skip(item);
          continue;
        }
        await pacer.before(item);
        await target.send(item);
        tally.datagrams++;
      }
    }
    return undefined;
  } catch (error) {
    if (error instanceof FileError) {
      return error.message;
    }
    throw error;
  }
}

function readPace({ pace, config }: ReplayOptions): Pace {
  const text = pace ?? (config === undefined ? 'original' : 'asap');
  const found = parsePace(text);
  if (found === undefined) {
    throw new Error(
      `--pace: '${text}' is no pace; write original, original*10, asap, or a number of datagrams a second`
    );
  }
  return found;
}

function readTarget(text: string) {
  const found = parseTarget(text);
  if (found === undefined) {
    throw new Error(`--to: '${text}' is no address to send to; write one like 127.0.0.1:2055 or [::1]:2055`);
  }
  return found;
}

/**
 * A collector of which only the stages are used: its own sockets take any free port of this machine. It comes once its
 * names are there, as the file can wait.
 */
async function openCollector({ config: file, to }: ReplayOptions, io: CommandIo): Promise<Collector> {
  if (to !== undefined) {
    throw new Error('--to and --config cannot be had both: send by UDP, or go straight in');
  }
  const { config } = loadConfig(file, io.env);
  const anyPort = { host: '127.0.0.1', port: 0 };
  const receive = {
    ...config.receive,
    listen: [anyPort],
    tcp: { ...config.receive.tcp, listen: [] },
    tls: { ...config.receive.tls, listen: [] },
  };
  const http = { ...config.http, listen: anyPort };
  // It is no service that anybody watches over.
  const report = { ...config.report, enabled: false };
  // Where the collector of that configuration runs, these are its own: flows and templates that it keeps, sums that it
  // saved, and its partitions in Kafka.
  const spool = { ...config.spool, path: undefined };
  const aggregate = { ...config.aggregate, stateFile: undefined };
  const collector = await startCollector(
    { ...config, receive, http, report, spool, aggregate, kafka: undefined },
    createLog(config.log)
  );
  const missing = await collector.awaitNames();
  if (missing !== undefined) {
    io.stderr.write(`flows go without names that are missing: ${missing}\n`);
  }
  return collector;
}

function summary({ datagrams }: DecodeTally, ms: number): string {
  const seconds = ms / 1000;
  const rate = seconds > 0 ? Math.round(datagrams / seconds) : datagrams;
  return `${datagrams} datagrams in ${seconds.toFixed(1)} s, ${rate} a second`;
}
