import { createSocket, type Socket } from 'node:dgram';
import { afterEach, describe, expect, test } from 'vitest';
import { buildCluster } from '../model/cluster';
import { observe } from '../observe';
import { Pacer } from '../pacer';
import { runDemo, SLOT_MS } from '../run';
import { parseCollectorAddress } from '../sockets';
import { flowsBetween } from '../traffic/traffic';

const TEMPLATE_SETS = [2, 3, 462];

/** A stand-in for the collector: takes datagrams and counts them by sender. */
class Listener {
  readonly flows = new Map<string, number>();
  /** Datagrams that are shorter than they say, by sender. */
  readonly broken = new Map<string, number>();
  datagrams = 0;

  private constructor(
    private readonly socket: Socket,
    readonly port: number
  ) {
    socket.on('message', (payload, { address }) => {
      this.datagrams++;
      if (payload.length !== payload.readUInt16BE(2)) {
        this.broken.set(address, (this.broken.get(address) ?? 0) + 1);
      }
      if (!TEMPLATE_SETS.includes(payload.readUInt16BE(16))) {
        this.flows.set(address, (this.flows.get(address) ?? 0) + 1);
      }
    });
  }

  static open(): Promise<Listener> {
    const socket = createSocket('udp4');
    return new Promise((resolve) => {
      socket.bind(0, '127.0.0.1', () => resolve(new Listener(socket, socket.address().port)));
    });
  }

  close(): void {
    this.socket.close();
  }
}

// Other systems give a loopback interface one address only.
describe.skipIf(process.platform !== 'linux')('the demo over UDP (skipped where 127.0.1.x are no addresses)', () => {
  let listener: Listener | undefined;
  afterEach(() => listener?.close());

  test('sends the history of each node from the node’s own address, all of it', async () => {
    listener = await Listener.open();
    const { port } = listener;
    const cluster = buildCluster(1);
    const sinceMs = Math.floor(Date.now() / SLOT_MS - 2) * SLOT_MS - 1;
    const { records, lost } = await runDemo({
      cluster,
      collector: { host: '127.0.0.1', port },
      rate: 1,
      sinceMs,
      once: true,
      askProgress: async () => ({ received: listener?.datagrams ?? 0, queued: 0 }),
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    await expect.poll(() => [...(listener?.flows.values() ?? [])].reduce((sum, count) => sum + count, 0)).toBe(records);
    expect(lost).toBe(0);
    expect([...listener.flows.keys()].sort()).toEqual(cluster.nodes.map((node) => node.exporterAddress));
    const whole = [...flowsBetween(cluster, sinceMs, sinceMs + 2 * SLOT_MS + 1, { slotMs: SLOT_MS, rate: 1 })];
    expect(records).toBeGreaterThanOrEqual(whole.reduce((sum, flow) => sum + observe(cluster, flow).length, 0));
  });

  test('in an outage the last node’s datagrams are broken, then there are none', async () => {
    listener = await Listener.open();
    const { port } = listener;
    const cluster = buildCluster(1);
    const sinceMs = Math.floor(Date.now() / SLOT_MS - 2) * SLOT_MS;
    const run = {
      cluster,
      collector: { host: '127.0.0.1', port },
      rate: 0.3,
      sinceMs,
      once: true,
      askProgress: async () => ({ received: listener?.datagrams ?? 0, queued: 0 }),
      signal: new AbortController().signal,
      onProgress: () => undefined,
    };
    const outage = { name: 'outage', fromMs: sinceMs + SLOT_MS, toMs: Date.now() + SLOT_MS } as const;
    const { records, lost } = await runDemo({ ...run, incidents: [outage] });
    await expect.poll(() => [...(listener?.flows.values() ?? [])].reduce((sum, count) => sum + count, 0)).toBe(records);
    expect(lost).toBe(0);
    expect([...listener.broken.keys()]).toEqual([cluster.nodes.at(-1)?.exporterAddress]);
  });

  test('counts what nobody takes as lost', async () => {
    listener = await Listener.open();
    const { port } = listener;
    listener.close();
    listener = undefined;
    const { lost } = await runDemo({
      cluster: buildCluster(1),
      collector: { host: '127.0.0.1', port },
      rate: 0.1,
      sinceMs: Date.now() - SLOT_MS,
      once: true,
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    expect(lost).toBeGreaterThan(0);
  });
});

async function sendMany(pacer: Pacer, datagrams: number): Promise<void> {
  for (let i = 0; i < datagrams; i++) {
    await pacer.sent(400);
  }
}

describe('pacing', () => {
  test('waits until the collector has received what was sent', async () => {
    const WINDOW = 157; // 120,000 bytes of datagrams that the kernel counts as 768 each
    let received = 1000;
    const pacer = new Pacer(async () => ({ received, queued: 0 }));
    await pacer.begin();
    setTimeout(() => (received += WINDOW), 50);
    const started = Date.now();
    await sendMany(pacer, WINDOW);
    expect(Date.now() - started).toBeGreaterThanOrEqual(40);
    expect(pacer.lost).toBe(0);
  });

  test('waits while too many flows are not stored', async () => {
    const queued = [30_000, 15_000, 9000];
    const pacer = new Pacer(async () => ({ received: 200, queued: queued.shift() ?? 0 }));
    await sendMany(pacer, 157);
    expect(queued).toEqual([]);
  });

  test('waits no longer once it is told to stop: a collector may store nothing for hours', async () => {
    const stop = new AbortController();
    const pacer = new Pacer(async () => ({ received: 200, queued: 30_000 }), stop.signal);
    setTimeout(() => stop.abort(), 50);
    await sendMany(pacer, 157);
    expect(stop.signal.aborted).toBe(true);
  });

  test('counts what does not arrive, and goes on', async () => {
    const pacer = new Pacer(async () => ({ received: 100, queued: 0 }));
    await sendMany(pacer, 157);
    expect(pacer.lost).toBe(57);
  });
});

describe('the collector’s address', () => {
  test.each(['127.0.0.1:4739', 'localhost:4739'])('%s is on this machine', (text) => {
    expect(parseCollectorAddress(text)).toEqual({ host: '127.0.0.1', port: 4739 });
  });

  test.each(['', '4739', '127.0.0.1', '127.0.0.1:0', '127.0.0.1:65536', '192.0.2.1:4739', 'collector:4739'])(
    '%j is refused with the reason',
    (text) => {
      expect(() => parseCollectorAddress(text)).toThrow(/--collector: .*127\.0\.1\.x/);
    }
  );
});
