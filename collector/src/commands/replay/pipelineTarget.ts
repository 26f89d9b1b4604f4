import { setTimeout as sleep } from 'node:timers/promises';
import type { Datagram } from '../../flow';
import type { Collector } from '../../run';
import type { Target } from './udpTarget';

/** Flows that may wait for Loki while more are read. */
const PENDING_MAX = 20_000;
const WAIT_MS = 20;
/** Datagrams between two looks at what is waiting. */
const LOOK_EVERY = 64;

/** Puts datagrams straight into a collector's stages, no faster than Loki takes their flows. */
export class PipelineTarget implements Target {
  private sent = 0;

  constructor(private readonly collector: Collector) {}

  async send(datagram: Datagram): Promise<void> {
    this.collector.feed(datagram);
    this.sent++;
    if (this.sent % LOOK_EVERY !== 0) {
      return;
    }
    while (this.collector.status().pending > PENDING_MAX) {
      await sleep(WAIT_MS);
    }
  }

  /** Sends what is left to Loki. */
  close(): Promise<void> {
    return this.collector.stop();
  }
}
