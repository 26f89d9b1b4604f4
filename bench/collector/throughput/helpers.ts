import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { SendOrder, SendReport } from './sender';

function forked(file: string): ChildProcess {
  return fork(fileURLToPath(new URL(file, import.meta.url)), { execArgv: ['--import', 'tsx'] });
}

async function ask<T>(child: ChildProcess, message: object): Promise<T> {
  child.send(message);
  const [answer] = (await once(child, 'message')) as [T];
  return answer;
}

/** What has reached the stand-in for Loki. */
export interface Arrived {
  readonly pushes: number;
  readonly bytes: number;
  readonly rawBytes: number;
  readonly flows: number;
}

/** The stand-in for Loki. */
export async function startSink() {
  const child = forked('./sink.ts');
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return {
    url: `http://127.0.0.1:${port}`,
    counts: async () => (await ask<{ counts: Arrived }>(child, {})).counts,
    stop: () => child.kill(),
  };
}

/** The exporters, ready: their templates are sent. */
export async function startSender(order: SendOrder) {
  const child = forked('./sender.ts');
  await ask(child, { prepare: order });
  return {
    go: async (what: SendOrder = order) => (await ask<{ report: SendReport }>(child, { go: what })).report,
    stop: () => child.kill(),
  };
}
