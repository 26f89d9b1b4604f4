import { readFileSync, renameSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { Rest } from '../rest';
import type { Decoder } from './decoder';
import { templatesFile, waitingFile, type Entries } from './stateSchema';

/** Told of what could not be kept or taken back. */
export type OnStateNotice = (level: 'info' | 'warn', message: string) => void;

const SAVE_EVERY_MS = 5000;
/** By how much longer than a save held up the main thread the next one waits. */
const REST_TIMES = 20;
/** Use is no change, but templates age by it: after a longer time the file would say too little of it. */
const REFRESH_MS = 3_600_000;
/** A file larger than this was not written by a collector. */
const MAX_BYTES = 512 * 1024 * 1024;

/**
 * Keeps what a decoder has learned over a restart: `templates.json` and `waiting.json` in a folder, written anew, each
 * as a whole and put in place at once, up to five seconds after a change or more where writing takes long, and templates
 * once an hour and at the end too, as the file tells when they were used last.
 */
export class DecoderState {
  /** What is in the files. */
  private readonly savedChanges = { templates: 0, waiting: 0 };
  private templatesMs = 0;
  private timer: NodeJS.Timeout | undefined;
  private saving: Promise<void> = Promise.resolve();
  /** While it is not over, nothing is saved by itself. */
  private readonly rest = new Rest(REST_TIMES);

  private constructor(
    private readonly folder: string,
    private readonly decoder: Decoder,
    private readonly onNotice: OnStateNotice
  ) {}

  /**
   * Takes back what a former process has kept, and keeps it from then on. A file that cannot be used is put aside, and
   * told of; the decoder starts without it.
   */
  static start(folder: string, decoder: Decoder, onNotice: OnStateNotice, everyMs = SAVE_EVERY_MS): DecoderState {
    const state = new DecoderState(folder, decoder, onNotice);
    const nowMs = Date.now();
    state.templatesMs = nowMs;
    const templates = state.read('templates.json', templatesFile);
    if (templates !== undefined) {
      state.tellUnsound('templates.json', templates.exporters);
      const refused = decoder.restoreTemplates(templates, nowMs);
      const { knownTemplates, knownExporters } = decoder.stats();
      const left = refused === 0 ? '' : `; ${refused} were not taken, as they are not sound or above decode.limits`;
      onNotice('info', `${knownTemplates} templates of ${knownExporters} exporters are known from before${left}`);
    }
    const waiting = state.read('waiting.json', waitingFile);
    if (waiting !== undefined) {
      state.tellUnsound('waiting.json', waiting.sets);
      decoder.restoreWaiting(waiting, nowMs);
    }
    state.savedChanges.templates = decoder.changes.templates;
    state.savedChanges.waiting = decoder.changes.waiting;
    state.timer = setInterval(() => state.saveUnlessResting(), everyMs).unref();
    return state;
  }

  /** Writes what has changed, and from time to time when templates were used. */
  save(): Promise<void> {
    return this.saveAll(REFRESH_MS);
  }

  /** Writes what has changed and when templates were used, for the last time. */
  close(): Promise<void> {
    clearInterval(this.timer);
    return this.saveAll(0);
  }

  private saveUnlessResting(): void {
    if (this.rest.isOver) {
      void this.save();
    }
  }

  private saveAll(refreshMs: number): Promise<void> {
    this.saving = this.saving.then(async () => {
      const nowMs = Date.now();
      const { templates, waiting } = this.decoder.changes;
      const isOld = nowMs - this.templatesMs >= refreshMs && this.decoder.stats().knownTemplates > 0;
      if (
        (isOld || templates !== this.savedChanges.templates) &&
        (await this.write('templates.json', () => this.decoder.saveTemplates()))
      ) {
        this.savedChanges.templates = templates;
        this.templatesMs = nowMs;
      }
      if (
        waiting !== this.savedChanges.waiting &&
        (await this.write('waiting.json', () => this.decoder.saveWaiting()))
      ) {
        this.savedChanges.waiting = waiting;
      }
    });
    return this.saving;
  }

  /** @returns whether it is written. */
  private async write(name: string, value: () => unknown): Promise<boolean> {
    const path = join(this.folder, name);
    try {
      const text = this.rest.after(() => JSON.stringify(value()));
      const file = await open(`${path}.new`, 'w');
      try {
        await file.writeFile(text);
        await file.datasync();
      } finally {
        await file.close();
      }
      await rename(`${path}.new`, path);
      return true;
    } catch (error) {
      // The file from before is still there; the next round tries again.
      this.onNotice('warn', `${path} cannot be written: ${(error as Error).message}`);
      return false;
    }
  }

  private read<T extends z.ZodType>(name: string, schema: T): z.output<T> | undefined {
    const path = join(this.folder, name);
    try {
      const text = readFileSync(path);
      if (text.length > MAX_BYTES) {
        throw new Error(`${text.length} bytes are more than a collector writes`);
      }
      const parsed = schema.safeParse(JSON.parse(text.toString('utf8')));
      if (parsed.success) {
        return parsed.data;
      }
      const issue = parsed.error.issues[0];
      throw new Error(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not as a collector writes it'}`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        this.putAside(path, (error as Error).message);
      }
      return undefined;
    }
  }

  private tellUnsound(name: string, { unsound }: Entries<unknown>): void {
    if (unsound.length > 0) {
      const path = join(this.folder, name);
      const first = unsound[0]!.slice(0, 300);
      this.onNotice(
        'warn',
        `what is not sound in ${path} was left out, ${unsound.length} in all, the first as ${first}`
      );
    }
  }

  private putAside(path: string, why: string): void {
    this.onNotice('warn', `${path} cannot be used and is put aside as ${path}.unusable: ${why.slice(0, 300)}`);
    try {
      renameSync(path, `${path}.unusable`);
    } catch (error) {
      this.onNotice('warn', `${path} cannot be put aside: ${(error as Error).message}`);
    }
  }
}
