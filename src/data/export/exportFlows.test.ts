import type { FlowPage } from '../flowPager';
import { rows } from '../flowRow.fixture';
import { explainExport, exportFlows, loadedPages, wasStopped } from './exportFlows';
import { FileError, type FileTarget } from './fileTarget';
import { flowWriter } from './formats';

function memory() {
  const parts: string[] = [];
  const ends: string[] = [];
  const target: FileTarget = {
    write: (part) => {
      parts.push(String(part));
      return Promise.resolve();
    },
    close: () => {
      ends.push('closed');
      return Promise.resolve();
    },
    abort: () => {
      ends.push('aborted');
      return Promise.resolve();
    },
  };
  return { target, ends, parts, flows: () => JSON.parse(parts.join('')) as unknown[] };
}

async function* pagesOf(...sizes: number[]): AsyncGenerator<FlowPage, void> {
  for (const [index, size] of sizes.entries()) {
    yield await Promise.resolve({ rows: rows(size), skipped: 1, last: index === sizes.length - 1 });
  }
}

describe('exporting flows', () => {
  it('writes page by page and tells how far it is', async () => {
    const file = memory();
    const progress: unknown[] = [];
    const result = await exportFlows(pagesOf(3, 2), flowWriter('json', ['Bytes']), file.target, {
      cap: 100,
      of: 6,
      onProgress: (step) => progress.push(step),
    });
    expect(result).toEqual({ written: 5, skipped: 2, capped: false });
    expect(file.flows()).toHaveLength(5);
    expect(file.parts).toHaveLength(4);
    expect(file.ends).toEqual(['closed']);
    expect(progress).toEqual([
      { loaded: 3, of: 6 },
      { loaded: 5, of: 6 },
    ]);
  });

  it.each([
    [4, [3, 3, 3], 4, true],
    [6, [3, 3, 3], 6, true],
    [9, [3, 3, 3], 9, false],
    [6, [3, 3], 6, false],
    [5, [3, 3], 5, true],
  ])('stops at a cap of %p over pages of %p', async (cap, sizes, written, capped) => {
    const file = memory();
    const result = await exportFlows(pagesOf(...sizes), flowWriter('json', 'all'), file.target, { cap });
    expect(result).toMatchObject({ written, capped });
    expect(file.flows()).toHaveLength(written);
  });

  it('gives the file up when it is stopped', async () => {
    const file = memory();
    const controller = new AbortController();
    const running = exportFlows(pagesOf(3, 3), flowWriter('csv', 'all'), file.target, {
      cap: 100,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    const error = await running.catch((reason: unknown) => reason);
    expect(wasStopped(error)).toBe(true);
    expect(file.ends).toEqual(['aborted']);
  });

  it('gives the file up when a page cannot be had, and tells why', async () => {
    const file = memory();
    async function* failing(): AsyncGenerator<FlowPage, void> {
      yield await Promise.resolve({ rows: rows(1), skipped: 0, last: false });
      throw new Error('context deadline exceeded');
    }
    const running = exportFlows(failing(), flowWriter('csv', 'all'), file.target, { cap: 100 });
    await expect(running).rejects.toThrow('context deadline exceeded');
    expect(file.ends).toEqual(['aborted']);
  });

  it('does not take a full disk for a failure of Loki', async () => {
    const file = memory();
    const target = { ...file.target, write: () => Promise.reject(new FileError('Quota exceeded')) };
    const error: unknown = await exportFlows(pagesOf(1), flowWriter('csv', 'all'), target, { cap: 9 }).catch(
      (reason: unknown) => reason
    );
    expect(explainExport(error)).toMatchObject({ title: 'The file could not be written', said: 'Quota exceeded' });
    expect(explainExport(new Error('no org id')).title).toMatch(/refused access/);
    expect(wasStopped(error)).toBe(false);
  });

  it('takes the rows loaded for pages', async () => {
    const file = memory();
    const result = await exportFlows(loadedPages(rows(25), 10), flowWriter('json', 'all'), file.target, {
      cap: Infinity,
    });
    expect(result).toEqual({ written: 25, skipped: 0, capped: false });
    expect(file.parts).toHaveLength(5);
  });
});
