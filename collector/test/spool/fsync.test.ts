import { afterEach, beforeEach, describe, expect, it, vi, type MockInstance } from 'vitest';
import { Segment } from '../../src/spool/segment';
import { newFolder, numbered, numbersOf, openSpool, takeAll } from './folder';

const HOUR = 3_600_000;

describe('spool.fsync', () => {
  let sync: MockInstance<Segment['sync']>;
  beforeEach(() => {
    sync = vi.spyOn(Segment.prototype, 'sync');
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('always: a record is on the disk before it counts as written', async () => {
    const { spool } = openSpool(newFolder(), { fsync: 'always' });
    let synced: () => void = () => undefined;
    sync.mockImplementationOnce(() => new Promise((resolve) => (synced = resolve)));
    const written = vi.fn();
    const append = spool.append(numbered(1)).then(written);
    await expect.poll(() => sync.mock.calls.length).toBe(1);
    expect(await spool.next()).toBeUndefined();
    expect(written).not.toHaveBeenCalled();
    synced();
    await append;
    expect(numbersOf(await takeAll(spool))).toEqual([1]);
  });

  it('always: a record that the disk does not confirm is not written, and is not there later', async () => {
    const folder = newFolder();
    const { spool, notices } = openSpool(folder, { fsync: 'always' });
    await spool.append(numbered(1));
    sync.mockRejectedValueOnce(new Error('EIO: i/o error, fdatasync'));
    await expect(spool.append(numbered(2))).rejects.toThrow('EIO');
    expect(spool.stats).toMatchObject({ records: 1, writeErrors: 1 });
    expect(notices.join()).toContain('flows wait in memory up to loki.queueBytes: EIO');
    expect(numbersOf(await takeAll(openSpool(folder).spool))).toEqual([1]);
  });

  it('milliseconds: what was written comes to disk within that time, once', async () => {
    const { spool } = openSpool(newFolder(), { fsync: 10 });
    await spool.append(numbered(1));
    await expect.poll(() => sync.mock.calls.length).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(sync).toHaveBeenCalledTimes(1);
  });

  it('milliseconds: what the disk does not confirm is told of and tried again', async () => {
    const { spool, notices } = openSpool(newFolder(), { fsync: 10 });
    sync.mockRejectedValueOnce(new Error('EIO: i/o error, fdatasync'));
    await spool.append(numbered(1));
    await expect.poll(() => sync.mock.calls.length).toBe(2);
    expect(spool.stats).toMatchObject({ records: 1, writeErrors: 1 });
    expect(notices).toEqual([expect.stringMatching(/cannot be brought to disk \(fsync\): EIO/)]);
  });

  it('milliseconds: a segment that is full, and the last one at the end, are on the disk before they are left', async () => {
    const { spool } = openSpool(newFolder(), { fsync: HOUR, segmentBytes: 100 });
    await spool.append(numbered(1, 50));
    expect(sync).not.toHaveBeenCalled();
    await spool.append(numbered(2, 50));
    expect(sync).toHaveBeenCalledTimes(1);
    await spool.close();
    expect(sync).toHaveBeenCalledTimes(2);
  });

  it('never: nothing is waited for, not even at the end', async () => {
    const { spool } = openSpool(newFolder(), { fsync: 'never', segmentBytes: 100 });
    await spool.append(numbered(1, 50));
    await spool.append(numbered(2, 50));
    await spool.close();
    expect(sync).not.toHaveBeenCalled();
  });
});
