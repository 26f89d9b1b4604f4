import { afterEach, describe, expect, it, vi } from 'vitest';
import { Backlog } from '../../src/loki/backlog';
import { OpenBatch, type SealedBatch } from '../../src/loki/openBatch';
import { encodeParcel } from '../../src/loki/parcel';
import { SpooledParcels } from '../../src/loki/spooled';
import { spoolConfig } from '../../src/spool';
import { Segment } from '../../src/spool/segment';
import { newFolder, openSpool } from '../spool/folder';
import { flow, startWriter } from './flows';
import { startPushServer, type PushServer } from './pushServer';

const MIB = 1024 * 1024;

let server: PushServer | undefined;
let ended: Array<() => Promise<void>> = [];
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(ended.map((end) => end()));
  await server?.close();
  ended = [];
  server = undefined;
});

function batchOf(line: string): SealedBatch {
  const open = new OpenBatch();
  open.add({ labels: '{app="a"}' }, { ms: 1, subMs: 7, line, exporter: '192.0.2.1' });
  return open.seal()[0]!;
}

describe('batches in memory and on disk', () => {
  it('are taken by turns, so that neither starve the others', async () => {
    const events = { onLoss: vi.fn(), onNotice: vi.fn() };
    const alone = { bytes: 1, ms: 0 };
    const backlog = new Backlog(MIB, spoolConfig.parse({ path: newFolder() }), alone, events);
    ended.push(() => backlog.close());
    const put = (count: number) => Array.from({ length: count }, () => backlog.put(batchOf('x')));
    put(6);
    await backlog.durable();
    vi.spyOn(Segment.prototype, 'write').mockRejectedValue(new Error('ENOSPC: no space left on device'));
    put(6);
    await expect.poll(() => backlog.memoryBytes).toBe(6 * batchOf('x').bytes);
    await expect.poll(() => events.onNotice.mock.calls.length).toBe(1);
    const isFromDisk: boolean[] = [];
    for (let taken = 0; taken < 6; taken++) {
      isFromDisk.push((await backlog.take())!.isKept());
    }
    expect(isFromDisk).toEqual([false, true, false, true, false, true]);
  });
});

describe('a disk that hangs', () => {
  it('costs no more memory than loki.queueBytes allows twice; what is beyond is counted, and the rest is stored', async () => {
    let up = false;
    server = await startPushServer(() => ({ status: up ? 204 : 503 }));
    const settings = { queueBytes: MIB, batchBytes: 100_000, maxLineBytes: 50_000 };
    const { writer, stored, lostFlows } = startWriter(server.url, settings, { path: newFolder() });
    ended.push(() => writer.close(0));
    let goOn: () => void = () => undefined;
    const disk = new Promise<void>((resolve) => (goOn = resolve));
    const write = vi.spyOn(Segment.prototype, 'write').mockImplementation(async () => {
      await disk;
      throw new Error('EIO: i/o error, write');
    });
    const FLOWS = 200;
    for (let i = 0; i < FLOWS; i++) {
      writer.write(flow({ SrcK8S_Name: 'x'.repeat(40_000) }, i));
    }
    await expect.poll(() => lostFlows('queue_full')).toBeGreaterThan(100);
    expect(writer.stats.queueBytes).toBeLessThan(3 * MIB);
    expect(lostFlows() + writer.stats.pendingFlows).toBe(FLOWS);
    write.mockRestore();
    goOn();
    up = true;
    await writer.flush();
    expect(stored() + lostFlows()).toBe(FLOWS);
  });
});

describe('records of the spool that are sent together', () => {
  it('are of one file, as the other may be dropped before the push is answered', async () => {
    const record = await encodeParcel(batchOf('x'));
    const bytes = 28 + record.meta.length + record.body.length;
    const { spool } = openSpool(newFolder(), { segmentBytes: 2 * bytes });
    ended.push(() => spool.close());
    for (let count = 0; count < 5; count++) {
      await spool.append(record);
    }
    expect(spool.stats.segments).toBe(3);
    const parcels = new SpooledParcels(spool, { bytes: MIB, ms: 0 }, (_, error) => expect.unreachable(error.message));
    const together: number[] = [];
    for (let taken = await parcels.next(); taken !== undefined; taken = await parcels.next()) {
      together.push(taken.batches);
    }
    expect(together).toEqual([2, 2, 1]);
  });
});
