import { afterEach, describe, expect, it } from 'vitest';
import { flow, startWriter } from './flows';
import { linesOf, startPushServer, type PushServer, type ReceivedPush, type Reply } from './pushServer';

let server: PushServer | undefined;
let end: (() => Promise<void>) | undefined;
afterEach(async () => {
  await end?.();
  await server?.close();
});

const UNTIL = "until '2027-01-01T00:00:00Z' with status code '260'";
const OLDEST = '2026-01-01T00:00:00Z';
const isOld = ({ ns }: { ns: string }) => BigInt(ns) < BigInt(Date.parse(OLDEST)) * 1_000_000n;

/** As Loki's distributor: it discards streams of the policy `cut`, and tells of refused times alone where there are any. */
function distributor({ isCut }: { isCut: (labels: string) => boolean }) {
  const kept: string[] = [];
  const answer = ({ streams }: ReceivedPush): Reply => {
    let old = 0;
    let cut = false;
    for (const { labels, entries } of streams) {
      if (isCut(labels)) {
        cut = true;
        continue;
      }
      old += entries.filter(isOld).length;
      kept.push(...entries.filter((entry) => !isOld(entry)).map(({ ns, line }) => `${labels} ${ns} ${line}`));
    }
    if (old > 0) {
      const one = `entry for stream '{app="x"}' has timestamp too old: 2025-06-01T00:00:00Z, oldest acceptable timestamp is: ${OLDEST}`;
      return { status: 400, body: `${old} errors like: ${one}\n` };
    }
    return cut
      ? { status: 260, body: `ingestion blocked for user 'fake' (policy: 'cut') ${UNTIL}\n` }
      : { status: 204 };
  };
  return { answer, kept };
}

const isCut = (labels: string) => labels.includes('SrcK8S_Namespace="cut');

async function writerTo(answer: (push: ReceivedPush) => Reply) {
  server = await startPushServer(answer);
  const started = startWriter(server.url, { batchWaitMs: 60_000 });
  end = () => started.writer.close(0);
  return { server, ...started };
}

describe('a tenant of which Loki takes nothing for now', () => {
  it('is waited for, with the same bytes; readiness and the log say why', async () => {
    let blocked = true;
    const { writer, stored, lost, notices } = await writerTo(() =>
      blocked ? { status: 260, body: `ingestion blocked for user 'fake' ${UNTIL}\n` } : { status: 204 }
    );
    for (let i = 0; i < 20; i++) {
      writer.write(flow({ SrcK8S_Namespace: `ns${i}` }, i));
    }
    const flushed = writer.flush();
    await expect.poll(() => server?.pushes.length).toBeGreaterThan(3);
    const why = /260 ingestion blocked for user 'fake' until .*; wait until then, or lift block_ingestion_until/;
    expect(writer.ready()).toEqual({ ok: false, reason: expect.stringMatching(why) as string });
    expect(notices[0]).toMatch(why);
    expect([stored(), lost]).toEqual([0, []]);
    blocked = false;
    await flushed;
    expect([stored(), lost]).toEqual([20, []]);
    expect(new Set(server?.pushes.map(({ body }) => body.toString('hex'))).size).toBe(1);
  });
});

describe('streams that Loki discards by a policy', () => {
  it('are found and counted as rejected, with the reason; the others are stored', async () => {
    const { answer, kept } = distributor({ isCut });
    const { writer, stored, lost, lostFlows } = await writerTo(answer);
    for (let i = 0; i < 120; i++) {
      writer.write(flow({ SrcK8S_Namespace: `${i % 20 < 3 ? 'cut' : 'ns'}${i % 20}` }, i));
    }
    await writer.flush();
    expect([stored(), lostFlows('rejected')]).toEqual([102, 18]);
    expect(lost[0]?.detail).toContain("ingestion blocked for user 'fake' (policy: 'cut')");
    expect(new Set(kept).size).toBe(102);
    expect(writer.ready()).toEqual({ ok: true });
  });

  it('are known in the pushes that follow', async () => {
    const { answer } = distributor({ isCut });
    const { server: loki, writer, stored, lostFlows } = await writerTo(answer);
    const round = async () => {
      for (let i = 0; i < 64; i++) {
        writer.write(flow({ SrcK8S_Namespace: `${i % 8 === 0 ? 'cut' : 'ns'}${i}` }, i));
      }
      const before = loki.pushes.length;
      await writer.flush();
      return loki.pushes.length - before;
    };
    expect(await round()).toBeGreaterThan(16);
    expect(await round()).toBe(2);
    expect([stored(), lostFlows('rejected')]).toEqual([112, 16]);
  });

  it('are stored again as soon as Loki takes them', async () => {
    let cutting = true;
    const { answer } = distributor({ isCut: (labels) => cutting && isCut(labels) });
    const { writer, stored, lostFlows } = await writerTo(answer);
    writer.write(flow({ SrcK8S_Namespace: 'cut' }));
    await writer.flush();
    expect([stored(), lostFlows('rejected')]).toEqual([0, 1]);
    cutting = false;
    writer.write(flow({ SrcK8S_Namespace: 'cut' }, 1));
    await writer.flush();
    expect([stored(), lostFlows('rejected')]).toEqual([1, 1]);
  });

  it('do not count as stored where Loki tells only of what is too old beside them', async () => {
    const { answer, kept } = distributor({ isCut });
    const { writer, stored, lostFlows } = await writerTo(answer);
    writer.write(flow({ SrcK8S_Namespace: 'cut' }));
    await writer.flush();
    for (let i = 0; i < 10; i++) {
      writer.write(flow({ SrcK8S_Namespace: 'cut' }, i));
      writer.write(flow({ SrcK8S_Namespace: 'ns', ...(i < 4 && { TimeFlowEndMs: Date.parse('2025-06-01') }) }, i));
    }
    await writer.flush();
    expect(new Set(kept).size).toBe(6);
    expect([stored(), lostFlows('rejected')]).toEqual([6, 15]);
  });

  it('bring no more than 300 pushes more for one that was sent', async () => {
    const { answer } = distributor({ isCut });
    const { server: loki, writer, stored, lostFlows } = await writerTo(answer);
    for (let i = 0; i < 800; i++) {
      writer.write(flow({ SrcK8S_Namespace: `cut${i}` }, i));
    }
    await writer.flush();
    expect([stored(), lostFlows('rejected')]).toEqual([0, 800]);
    expect(loki.pushes.length).toBeLessThan(320);
    expect(loki.pushes.flatMap(linesOf).length).toBeGreaterThan(800);
  });
});
