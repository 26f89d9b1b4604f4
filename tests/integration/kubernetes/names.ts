import type { FlowRecord } from '@netobserv-flows/schema';
import { expect, vi } from 'vitest';
import { Enricher, enrichConfig } from '../../../collector/src/enrich/index';
import { keepingLog } from '../../../collector/test/enrich/files';
import { flow } from '../../../collector/test/enrich/flow';

const WAIT = { timeout: 30_000, interval: 20 };

/** The names that a collector has of a cluster. */
export class Names {
  private constructor(
    readonly enricher: Enricher,
    readonly log: ReturnType<typeof keepingLog>
  ) {}

  static async start(kubeconfig: string): Promise<Names> {
    const log = keepingLog();
    const config = enrichConfig.parse({ kubernetes: { enabled: true, kubeconfig } });
    return new Names(await Enricher.start(config, log), log);
  }

  /** Waits until every collection has been received and is watched. */
  async synced(): Promise<void> {
    await vi.waitFor(() => expect(this.enricher.ready()).toEqual({ ok: true }), WAIT);
  }

  /** A flow from an address and port, with what is known of it. */
  source(address: string, fields: Partial<FlowRecord> = {}): FlowRecord {
    const record = flow({ SrcAddr: address, TimeFlowEndMs: Date.now(), ...fields });
    this.enricher.enrich(record);
    return record;
  }

  /** Waits until an address has a name, or none. */
  async expectName(address: string, name: string | undefined): Promise<void> {
    // Well after the time in which clocks may differ: a former owner does not count any more.
    const later = () => this.source(address, { TimeFlowEndMs: Date.now() + 15_000 });
    await vi.waitFor(() => expect(later().SrcK8S_Name, `name of ${address}`).toBe(name), WAIT);
  }
}
