import { closeSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { segmentPath } from '../../src/spool/folder';
import { Segment } from '../../src/spool/segment';
import { newFolder, numbered, numbersOf, openSpool, takeAll } from './folder';

const SMALL = { segmentBytes: 1000, maxBytes: 10_000 };
const segmentsIn = (folder: string) => readdirSync(folder).filter((name) => name.endsWith('.seg'));

/** A spool with the records 1 to `count` in one segment, closed as a kill would leave it: nothing settled. */
async function filled(count: number, settings = {}): Promise<string> {
  const folder = newFolder();
  const { spool } = openSpool(folder, settings);
  for (let number = 1; number <= count; number++) {
    await spool.append(numbered(number));
  }
  await spool.close();
  return folder;
}

describe('a spool', () => {
  it('gives records in their order, each once, with what they were', async () => {
    const { spool } = openSpool(newFolder(), SMALL);
    const numbers = Array.from({ length: 100 }, (_, index) => index + 1);
    await Promise.all(numbers.map((number) => spool.append(numbered(number, number))));
    const taken = await takeAll(spool);
    expect(numbersOf(taken)).toEqual(numbers);
    expect(taken[41]?.meta.toString()).toBe('meta 42');
    expect(taken[41]?.body).toEqual(numbered(42, 42).body);
    expect(await spool.next()).toBeUndefined();
    expect(spool.stats).toMatchObject({ records: 100, flows: 5050, writeErrors: 0 });
  });

  it('deletes a segment when all of it is settled, in whatever order', async () => {
    const folder = newFolder();
    const { spool } = openSpool(folder, SMALL);
    for (let number = 1; number <= 60; number++) {
      await spool.append(numbered(number, 50));
    }
    expect(segmentsIn(folder).length).toBeGreaterThan(4);
    for (const taken of (await takeAll(spool)).reverse()) {
      spool.settle(taken);
    }
    expect(spool.stats).toMatchObject({ records: 0, flows: 0, segments: 1 });
    await spool.close();
    expect(segmentsIn(folder)).toEqual([]);
  });

  it('gives what is added while it is being read', async () => {
    const { spool } = openSpool(newFolder(), SMALL);
    const seen: number[] = [];
    for (let number = 1; number <= 50; number++) {
      const added = spool.append(numbered(number, 100));
      const [taken] = await Promise.all([spool.next(), added]);
      if (taken !== undefined) {
        seen.push(...numbersOf([taken]));
        spool.settle(taken);
      }
    }
    seen.push(...numbersOf(await takeAll(spool)));
    expect(seen).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  });

  it('gives to several takers at once, each something else', async () => {
    const { spool } = openSpool(newFolder(), { ...SMALL, maxBytes: 100_000 });
    for (let number = 1; number <= 200; number++) {
      await spool.append(numbered(number, 20));
    }
    const taken = await Promise.all(Array.from({ length: 4 }, () => takeAll(spool)));
    expect(numbersOf(taken.flat()).sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
  });
});

describe('what waits', () => {
  it('is read from disk beyond the last 4 MiB, of which memory holds a copy', async () => {
    const folder = newFolder();
    const { spool, spoilt } = openSpool(folder);
    await spool.append(numbered(1));
    expect(numbersOf([(await spool.next())!])).toEqual([1]);
    const at = spool.stats.bytes;
    for (let number = 2; number <= 8; number++) {
      await spool.append(numbered(number, 1024 * 1024));
    }
    // What is changed on disk is noticed only where the disk is read.
    const fd = openSync(segmentPath(folder, 1), 'r+');
    for (let record = 0; record < 7; record++) {
      writeSync(fd, 'XX', at + record * ((spool.stats.bytes - at) / 7) + 40);
    }
    closeSync(fd);
    expect(numbersOf(await takeAll(spool))).toEqual([6, 7, 8]);
    expect(spoilt.map(({ flows }) => flows)).toEqual([2, 3, 4, 5]);
  });
});

describe('a restart', () => {
  it('finds what was not settled, and only that', async () => {
    const folder = newFolder();
    const { spool } = openSpool(folder, SMALL);
    for (let number = 1; number <= 40; number++) {
      await spool.append(numbered(number, 50));
    }
    (await takeAll(spool)).filter((_, index) => index % 3 === 0).forEach((taken) => spool.settle(taken));
    const again = openSpool(folder, SMALL);
    const left = Array.from({ length: 40 }, (_, index) => index + 1).filter((_, index) => index % 3 !== 0);
    expect(again.spool.stats.records).toBe(left.length);
    expect(numbersOf(await takeAll(again.spool))).toEqual(left);
    expect(again.spoilt).toEqual([]);
  });

  it('after a kill at any byte of the last record cuts that one, counts it, and uses the rest', async () => {
    const folder = await filled(5);
    const path = segmentPath(folder, 1);
    const whole = readFileSync(path);
    const last = whole.lastIndexOf('NFS1');
    for (let size = last; size < whole.length; size++) {
      writeFileSync(path, whole.subarray(0, size));
      const { spool, spoilt } = openSpool(folder);
      expect(numbersOf(await takeAll(spool))).toEqual([1, 2, 3, 4]);
      const header = size - last >= 28;
      expect(spoilt.map(({ flows }) => flows)).toEqual(size === last ? [] : [header ? 5 : 0]);
      expect(readFileSync(path).length).toBe(last);
      await spool.append(numbered(6));
      expect(numbersOf(await takeAll(spool))).toEqual([6]);
      await spool.close();
      segmentsIn(folder)
        .filter((name) => name !== basename(path))
        .forEach((name) => rmSync(join(folder, name)));
    }
  });

  it('with any bytes changed never gives a wrong record, and tells of each that it does not give', async () => {
    const folder = await filled(20);
    const path = segmentPath(folder, 1);
    const whole = readFileSync(path);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ at: fc.nat(whole.length - 1), value: fc.nat(255) }), { minLength: 1, maxLength: 6 }),
        async (changes) => {
          const bytes = Buffer.from(whole);
          changes.forEach(({ at, value }) => (bytes[at] = value));
          readdirSync(folder)
            .filter((name) => name.endsWith('.seg'))
            .forEach((name) => writeFileSync(join(folder, name), ''));
          writeFileSync(path, bytes);
          const { spool, spoilt } = openSpool(folder);
          const taken = await takeAll(spool);
          for (const { meta, body, found } of taken) {
            const number = found.flows;
            expect([meta.toString(), body.toString()]).toEqual([`meta ${number}`, `body ${number} `]);
          }
          // The state byte may come to say 'done', which nobody can tell from the truth.
          const done = Array.from({ length: 20 }, (_, index) => index).filter((index) => {
            const at = [...whole.toString('latin1').matchAll(/NFS1/g)][index]!.index;
            return bytes[at + 4] === 1;
          }).length;
          if (taken.length < 20 - done) {
            expect(spoilt.length).toBeGreaterThan(0);
          }
          expect(taken.length).toBeGreaterThanOrEqual(20 - changes.length);
        }
      ),
      { numRuns: 200 }
    );
  });

  it('does not mind a file of garbage, nor one that holds the start of a record again and again', async () => {
    const folder = await filled(3);
    writeFileSync(segmentPath(folder, 2), Buffer.alloc(300_000, 'NFS1'));
    writeFileSync(segmentPath(folder, 3), Buffer.alloc(200_000, 0xff));
    writeFileSync(segmentPath(folder, 4), '');
    writeFileSync(join(folder, 'something else'), 'x');
    const { spool, spoilt } = openSpool(folder);
    expect(numbersOf(await takeAll(spool))).toEqual([1, 2, 3]);
    expect(spoilt).toHaveLength(2);
    expect(segmentsIn(folder)).toHaveLength(1);
  });

  it('is refused while another process uses the folder', () => {
    const folder = newFolder();
    openSpool(folder);
    const lock = JSON.parse(readFileSync(join(folder, 'lock'), 'utf8')) as Record<string, unknown>;
    const stat = readFileSync(`/proc/${process.ppid}/stat`, 'latin1');
    const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    writeFileSync(join(folder, 'lock'), JSON.stringify({ ...lock, pid: process.ppid, started }));
    expect(() => openSpool(folder)).toThrow(/process \d+ uses .*; stop it, or give each collector a folder of its own/);
    writeFileSync(join(folder, 'lock'), JSON.stringify({ ...lock, pid: process.ppid, started: '1' }));
    expect(() => openSpool(folder)).not.toThrow();
    writeFileSync(join(folder, 'lock'), '{{{');
    expect(() => openSpool(folder)).not.toThrow();
  });

  it('says what to do where the folder cannot be used', () => {
    const file = join(newFolder(), 'file');
    writeFileSync(file, '');
    expect(() => openSpool(file)).toThrow(/^spool.path: cannot use .*; correct the path or its rights$/);
  });
});

describe('a full spool', () => {
  it('drops the oldest segments, tells which records, and stays within its bytes', async () => {
    const folder = newFolder();
    const { spool, dropped } = openSpool(folder, SMALL);
    for (let number = 1; number <= 300; number++) {
      await spool.append(numbered(number, 50));
      expect(spool.stats.bytes).toBeLessThanOrEqual(SMALL.maxBytes);
    }
    const left = numbersOf(await takeAll(spool));
    expect(left.at(-1)).toBe(300);
    expect(dropped).toEqual(Array.from({ length: 300 - left.length }, (_, index) => `meta ${index + 1}`));
    expect(left).toEqual(Array.from({ length: left.length }, (_, index) => 301 - left.length + index));
  });

  it('stays within its bytes however much waits to be written', async () => {
    const { spool, dropped } = openSpool(newFolder(), { segmentBytes: 20_000, maxBytes: 100_000 });
    const numbers = Array.from({ length: 600 }, (_, index) => index + 1);
    await Promise.all(numbers.map((number) => spool.append(numbered(number, 550))));
    expect(spool.stats.bytes).toBeLessThanOrEqual(100_000);
    const left = numbersOf(await takeAll(spool));
    expect(left.length).toBeGreaterThan(100);
    expect(left).toEqual(numbers.slice(600 - left.length));
    expect(dropped).toHaveLength(600 - left.length);
  });

  it('stays within its bytes where records are larger than its segments', async () => {
    const { spool, dropped } = openSpool(newFolder(), { segmentBytes: 64 * 1024, maxBytes: 1024 * 1024 });
    for (let number = 1; number <= 8; number++) {
      await spool.append(numbered(number, 600_000));
      expect(spool.stats.bytes).toBeLessThanOrEqual(1024 * 1024);
    }
    expect(numbersOf(await takeAll(spool))).toEqual([8]);
    expect(dropped).toEqual([1, 2, 3, 4, 5, 6, 7].map((number) => `meta ${number}`));
  });

  it('refuses a record that is larger than all of it, drops nothing for it, and goes on with others', async () => {
    const { spool, dropped, notices } = openSpool(newFolder(), SMALL);
    await spool.append(numbered(1));
    await expect(spool.append(numbered(2, 10_000))).rejects.toThrow(
      /10\d{3} bytes is larger than the whole spool may be; raise spool.maxBytes, or lower loki.batchBytes$/
    );
    await spool.append(numbered(3));
    expect(numbersOf(await takeAll(spool))).toEqual([1, 3]);
    expect([dropped, notices.length, spool.stats.writeErrors]).toEqual([[], 1, 1]);
  });

  it('does not count what is on its way as dropped', async () => {
    const { spool, dropped } = openSpool(newFolder(), SMALL);
    for (let number = 1; number <= 20; number++) {
      await spool.append(numbered(number, 50));
    }
    const first = await spool.next();
    const second = await spool.next();
    for (let number = 21; number <= 300; number++) {
      await spool.append(numbered(number, 50));
    }
    expect(dropped).not.toContain('meta 1');
    expect(dropped[0]).toBe('meta 3');
    spool.settle(first!);
    spool.settle(second!);
    const left = numbersOf(await takeAll(spool));
    expect(dropped.length + left.length + 2).toBe(300);
    expect(spool.stats.records).toBe(left.length);
  });
});

describe('a disk that does not take writes', () => {
  it('fails the write, keeps what was written, and goes on when it can', async () => {
    const folder = newFolder();
    const { spool, notices } = openSpool(folder);
    await spool.append(numbered(1));
    const segment = (spool as unknown as { current: { write: (bytes: Buffer) => Promise<void>; path: string } })
      .current;
    segment.write = async (bytes) => {
      // Half of it came to disk before there was no room.
      const fd = openSync(segment.path, 'r+');
      writeSync(fd, bytes, 0, Math.floor(bytes.length / 2), numbered(1).meta.length + numbered(1).body.length + 28);
      closeSync(fd);
      throw new Error('ENOSPC: no space left on device, write');
    };
    await expect(spool.append(numbered(2))).rejects.toThrow('ENOSPC');
    await expect(spool.append(numbered(3))).rejects.toThrow('a moment ago');
    expect(spool.stats).toMatchObject({ writeErrors: 1, records: 1 });
    expect(notices).toHaveLength(1);
    await expect
      .poll(() =>
        spool.append(numbered(4)).then(
          () => true,
          () => false
        )
      )
      .toBe(true);
    expect(numbersOf(await takeAll(spool))).toEqual([1, 4]);
    const again = openSpool(folder);
    expect(numbersOf(await takeAll(again.spool))).toEqual([1, 4]);
    expect(again.spoilt).toEqual([]);
  });
});

describe('files that cannot be deleted', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });
  const readOnly = () =>
    vi.spyOn(Segment.prototype, 'remove').mockImplementation(() => {
      throw new Error('EROFS: read-only file system, unlink');
    });

  it('end nothing; what is settled in them does not come again, and they go when they can', async () => {
    const folder = newFolder();
    const { spool, notices } = openSpool(folder, SMALL);
    for (let number = 1; number <= 40; number++) {
      await spool.append(numbered(number, 50));
    }
    const remove = readOnly();
    (await takeAll(spool)).forEach((taken) => spool.settle(taken));
    expect(notices[0]).toMatch(/000000000001\.seg cannot be deleted: EROFS/);
    expect(spool.stats).toMatchObject({ records: 0, flows: 0, segments: segmentsIn(folder).length });
    expect(spool.stats.bytes).toBeGreaterThan(2000);
    await spool.close();

    const again = openSpool(folder, SMALL);
    expect([again.spool.stats.records, numbersOf(await takeAll(again.spool))]).toEqual([0, []]);
    await again.spool.append(numbered(41));
    expect(numbersOf(await takeAll(again.spool))).toEqual([41]);
    expect(again.spoilt).toEqual([]);
    remove.mockRestore();
    await again.spool.append(numbered(42, 1000));
    expect(again.spool.stats).toMatchObject({ records: 2, segments: 2 });
    expect(segmentsIn(folder)).toHaveLength(2);
  });

  it('are not dropped where the spool is full: what is in them is given out, and what comes is told to wait', async () => {
    const folder = newFolder();
    const { spool, dropped, notices } = openSpool(folder, SMALL);
    const remove = readOnly();
    let written = 0;
    const append = () =>
      spool.append(numbered(++written, 50)).then(
        () => true,
        () => false
      );
    while (await append()) {
      expect(written).toBeLessThan(300);
    }
    expect(notices.join()).toMatch(
      /cannot be written, flows wait .*: it is full, and .*000000000001\.seg cannot be deleted/
    );
    expect(dropped).toEqual([]);
    expect(numbersOf(await takeAll(spool))).toEqual(Array.from({ length: written - 1 }, (_, index) => index + 1));
    remove.mockRestore();
    await expect.poll(append).toBe(true);
    expect(spool.stats.bytes).toBeLessThanOrEqual(SMALL.maxBytes);
  });

  it('count towards the bound also where nothing in them is needed any more', async () => {
    const { spool, dropped, notices } = openSpool(newFolder(), SMALL);
    readOnly();
    const storeOne = async () => {
      await spool.append(numbered(1, 50));
      (await takeAll(spool)).forEach((taken) => spool.settle(taken));
    };
    const storeAll = async () => {
      for (let written = 0; written < 300; written++) {
        await storeOne();
      }
    };
    await expect(storeAll()).rejects.toThrow('files of which nothing is needed any more cannot be deleted');
    expect(spool.stats.bytes).toBeLessThanOrEqual(SMALL.maxBytes);
    expect([dropped, notices.join().includes('flows wait in memory')]).toEqual([[], true]);
  });
});
