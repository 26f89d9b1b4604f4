import { afterEach, describe, expect, it } from 'vitest';
import { newFolder } from '../spool/folder';
import { flow, startWriter } from './flows';
import { startPushServer, type Reply } from './pushServer';

let ended: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const end of ended.reverse()) {
    await end();
  }
  ended = [];
});

/** A writer, and whether what was written so far is durable by now. */
async function start(answer: () => Reply, settings: Record<string, unknown> = {}, spool: Record<string, unknown> = {}) {
  const server = await startPushServer(answer);
  ended.push(() => server.close());
  const started = startWriter(server.url, settings, spool);
  ended.push(() => started.writer.close(0));
  const watch = () => {
    const state = { durable: false };
    void started.writer.durable().then(() => (state.durable = true));
    return state;
  };
  return { ...started, server, watch };
}

const ok = { status: 204 };
const away = { status: 503 };

describe('what was written is durable', () => {
  it('at once where there is nothing', async () => {
    const { writer } = await start(() => away);
    await writer.durable();
  });

  it('once Loki has it, and not before', async () => {
    let reply: Reply = away;
    const { writer, server, watch, stored } = await start(() => reply);
    writer.write(flow());
    const state = watch();
    await expect.poll(() => server.pushes.length).toBeGreaterThan(2);
    expect(state.durable).toBe(false);
    reply = ok;
    await expect.poll(() => state.durable).toBe(true);
    expect(stored()).toBe(1);
  });

  it('once it is in the spool, though Loki is away', async () => {
    const { writer, watch, stored } = await start(() => away, {}, { path: newFolder() });
    writer.write(flow());
    const state = watch();
    await expect.poll(() => state.durable).toBe(true);
    expect(stored()).toBe(0);
  });

  it('once it is lost and counted, refused by Loki or dropped for want of room', async () => {
    const refused = await start(() => ({ status: 400, body: 'this entry is odd' }));
    refused.writer.write(flow());
    await refused.writer.durable();
    expect(refused.lostFlows('rejected')).toBe(1);

    const queueBytes = 1024 * 1024;
    const full = await start(() => away, { queueBytes, batchBytes: 256 * 1024 });
    full.writer.write(flow());
    const first = full.watch();
    const text = 'x'.repeat(10_000);
    for (let i = 0; i < 300; i++) {
      full.writer.write(flow({ SrcK8S_Name: text }, i));
    }
    const all = full.watch();
    await expect.poll(() => full.lostFlows('queue_full')).toBeGreaterThan(0);
    await expect.poll(() => first.durable).toBe(true);
    expect(all.durable).toBe(false);
  });

  it('never, where it was left behind at the end', async () => {
    const { writer, server, watch, lostFlows } = await start(() => away);
    writer.write(flow());
    const state = watch();
    await expect.poll(() => server.pushes.length).toBeGreaterThan(0);
    await writer.close(20);
    expect(lostFlows('shutdown')).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(state.durable).toBe(false);
  });
});
