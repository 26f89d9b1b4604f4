import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './lokiProxy';
import type { Stand } from './stand';

/** Something that goes wrong, and is over when it is done. */
export interface Mishap {
  readonly name: string;
  readonly happen: () => Promise<void>;
}

/** Datagrams of flows that are sent ahead of their template. */
const AHEAD = 20;

/** What can happen to Loki and on the way to it, as often as it is listed. */
export function mishapsOfLoki(stand: Stand, next: () => number): Mishap[] {
  const proxied = (fault: Fault): Mishap => ({
    name: `pushes answered by: ${fault}`,
    happen: async () => {
      stand.proxy.fault = fault;
      await sleep(1000 + next() * 9000);
      stand.proxy.fault = 'pass';
    },
  });
  return [
    ...(['429', '500', 'slow', 'deaf'] as const).map(proxied),
    { name: 'Loki killed', happen: () => stand.killLoki(next() * 5000) },
  ];
}

/** What can happen in a round where the spool takes what comes, as often as it is listed. */
export function mishaps(stand: Stand, next: () => number): Mishap[] {
  const collector = { name: 'collector killed', happen: () => stand.killCollector() };
  return [
    ...mishapsOfLoki(stand, next),
    collector,
    collector,
    {
      name: 'both killed',
      happen: async () => {
        await Promise.all([stand.killLoki(next() * 2000), stand.killCollector()]);
      },
    },
    {
      name: 'a template came late',
      happen: async () => {
        stand.late.sendAhead(AHEAD);
        await sleep(500 + next() * 4000);
        await stand.sendTemplates();
      },
    },
    {
      name: 'collector killed while data waited for its template',
      happen: async () => {
        stand.late.sendAhead(AHEAD);
        await stand.waitingKept();
        await stand.killCollector();
        await stand.sendTemplates();
      },
    },
  ];
}
