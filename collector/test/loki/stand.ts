import { afterEach } from 'vitest';
import { startWriter } from './flows';
import { linesOf, startPushServer, type PushServer, type ReceivedPush } from './pushServer';

/** What Loki answers to a push that it takes. */
export const ok = { status: 204 };

/** Whether a text stands in any line of a push. */
export const bytesIn = (push: ReceivedPush, text: string) => linesOf(push).some((line) => line.includes(text));

/** Stand-ins for Loki and writers for the tests of a file: they end with the test that began them, writers first. */
export function lokiStand() {
  let writers: Array<() => Promise<void>> = [];
  let servers: PushServer[] = [];
  afterEach(async () => {
    await Promise.all(writers.map((close) => close()));
    await Promise.all(servers.map((server) => server.close()));
    writers = [];
    servers = [];
  });
  return {
    async startServer(...asked: Parameters<typeof startPushServer>): Promise<PushServer> {
      const server = await startPushServer(...asked);
      servers.push(server);
      return server;
    },
    writerTo(url: string, settings: Record<string, unknown> = {}): ReturnType<typeof startWriter> {
      const started = startWriter(url, settings);
      writers.push(() => started.writer.close(0));
      return started;
    },
  };
}
