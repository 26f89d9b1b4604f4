import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { LINE_ORDER, type FlowRecord } from '@netobserv-flows/schema';
import { Decoder } from '../decode';
import { FileError, readDatagrams } from '../receive/files';
import { DecodeTally } from './decodeTally';

/** Where the command writes, and its clock. */
export interface DecodeIo {
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Milliseconds since the Unix epoch: the time of receipt for files that do not hold it. */
  readonly now?: () => number;
}

/** The reader of the output went away, as `head` does: no error, but no reason to go on either. */
class OutputClosed extends Error {}

/**
 * `collector decode FILE…`: prints the flows of capture files, one JSON object a line with its keys in the order of
 * stored lines, and on stderr a summary of each file and of all: datagrams, records, templates, what was skipped and
 * why. All files go through one decoder in the order of the arguments, so that templates carry over.
 * @returns the exit code: 1 where a file could not be read or holds malformed lines, else 0.
 */
export async function decodeCommand(files: readonly string[], io: DecodeIo): Promise<number> {
  const total = new DecodeTally();
  let tally = new DecodeTally();
  const decoder = new Decoder({
    onLoss: (reason, exporter, count, detail) => tally.lose(reason, count, detail ?? exporter),
  });
  const output = new LineOutput(io.stdout);
  let failed = false;
  try {
    for (const file of files) {
      tally = new DecodeTally();
      const before = decoder.stats();
      const error = await decodeFile(file, decoder, output, tally, io.now);
      const after = decoder.stats();
      tally.templates = after.templates - before.templates;
      tally.optionRecords = after.optionRecords - before.optionRecords;
      tally.counterSamples = after.counterSamples - before.counterSamples;
      if (error !== undefined) {
        io.stderr.write(`${error}\n`);
      }
      tally.errors.forEach((line) => io.stderr.write(`${line}\n`));
      io.stderr.write(`${file}: ${tally.summary()}\n`);
      failed ||= error !== undefined || tally.hasErrors;
      total.add(tally);
    }
    await output.flush();
  } catch (error) {
    if (!(error instanceof OutputClosed)) {
      throw error;
    }
    return failed ? 1 : 0;
  } finally {
    output.close();
  }
  if (files.length > 1) {
    io.stderr.write(`total: ${total.summary()}\n`);
  }
  return failed ? 1 : 0;
}

/** @returns what kept the file from being read to its end, or undefined. */
async function decodeFile(
  file: string,
  decoder: Decoder,
  output: LineOutput,
  tally: DecodeTally,
  now: (() => number) | undefined
): Promise<string | undefined> {
  try {
    for await (const item of readDatagrams(file, now)) {
      if ('skipped' in item) {
        tally.skip(item);
        continue;
      }
      tally.datagrams++;
      const flows = decoder.decode(item);
      tally.records += flows.length;
      for (const { record } of flows) {
        await output.write(lineOf(record));
      }
    }
    decoder.giveUpWaiting('no template for it yet');
    return undefined;
  } catch (error) {
    if (error instanceof FileError) {
      return error.message;
    }
    throw error;
  }
}

function lineOf(record: FlowRecord): string {
  return `${JSON.stringify(record, LINE_ORDER as string[])}\n`;
}

/** Lines gathered into larger writes; waits while the reader is slower, and notices when it is gone. */
class LineOutput {
  private held: string[] = [];
  private size = 0;
  private error: NodeJS.ErrnoException | undefined;
  private readonly onError = (error: NodeJS.ErrnoException) => {
    this.error = error;
  };

  constructor(private readonly stream: Writable) {
    stream.on('error', this.onError);
  }

  async write(line: string): Promise<void> {
    this.held.push(line);
    this.size += line.length;
    if (this.size >= 65_536) {
      await this.flush();
    }
  }

  /** Hands over what is held and waits until the stream takes more. */
  async flush(): Promise<void> {
    const text = this.held.join('');
    this.held = [];
    this.size = 0;
    this.check();
    if (text !== '' && !this.stream.write(text)) {
      try {
        await once(this.stream, 'drain');
      } catch (error) {
        this.error = error as NodeJS.ErrnoException;
      }
    }
    this.check();
  }

  close(): void {
    // The listener stays where the stream has failed: a late EPIPE must not bring the process down.
    if (this.error === undefined && !this.stream.writableNeedDrain && this.stream.writableLength === 0) {
      this.stream.off('error', this.onError);
    }
  }

  private check(): void {
    if (this.error?.code === 'EPIPE' || (this.error === undefined && this.stream.destroyed)) {
      throw new OutputClosed();
    }
    if (this.error !== undefined) {
      throw this.error;
    }
  }
}
