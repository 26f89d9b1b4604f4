import { describe, expect, it } from 'vitest';
import { flow } from './flows';
import { lokiStand, ok } from './stand';

const { startServer, writerTo } = lokiStand();

describe('pushes that gather together', () => {
  it('share the streams where more comes than one may hold', async () => {
    const server = await startServer(() => ok);
    const { writer, stored } = writerTo(server.url, { batchBytes: 16_384, maxLineBytes: 1024, batchWaitMs: 60_000 });
    for (let i = 0; i < 160; i++) {
      writer.write(flow({ SrcK8S_Namespace: `ns${i % 8}`, SrcK8S_Name: 'x'.repeat(100) }, i));
    }
    await writer.flush();
    expect(stored()).toBe(160);
    expect(server.pushes.length).toBeGreaterThan(1);
    const labels = server.pushes.flatMap(({ streams }) => streams.map((stream) => stream.labels));
    expect(new Set(labels).size).toBe(8);
    expect(labels).toHaveLength(8);
  });

  it('hold no more together than a share of the queue, so that they push nothing out of it', async () => {
    const server = await startServer(() => ok);
    const settings = { batchBytes: 512 * 1024, queueBytes: 1024 * 1024, batchWaitMs: 60_000 };
    const { writer, stored, lostFlows } = writerTo(server.url, settings);
    for (let i = 0; i < 2500; i++) {
      writer.write(flow({ SrcK8S_Namespace: `ns${i % 8}`, SrcK8S_Name: 'x'.repeat(800) }, i));
      if (i % 100 === 0) {
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    }
    await writer.flush();
    expect(lostFlows()).toBe(0);
    expect(stored()).toBe(2500);
  });
});
