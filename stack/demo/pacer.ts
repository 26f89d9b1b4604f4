/** How far the collector is, as it says itself. */
export interface CollectorProgress {
  /** Datagrams that it has received since its start. */
  readonly received: number;
  /** Flows that wait to be stored. */
  readonly queued: number;
}

/** Asks the collector how far it is. */
export type AskProgress = () => Promise<CollectorProgress>;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Bytes that may be under way unanswered, as the kernel counts them. A default Linux socket holds 208 KiB
 * (net.core.rmem_default); what comes on top while the collector is busy is dropped.
 */
const WINDOW_BYTES = 120_000;

/** What the kernel counts for a datagram: its buffer is a power of two, and some 256 bytes of bookkeeping. */
function kernelBytes(bytes: number): number {
  return 256 + 2 ** Math.ceil(Math.log2(Math.max(512, bytes)));
}

/** Above this many waiting flows nothing more is sent until half of them are stored. */
const QUEUE_LIMIT = 20_000;

/** How long the collector may take to receive a window before what is missing counts as lost. */
const PATIENCE_MS = 2000;

/** Datagrams a second where the collector cannot be asked. */
const BLIND_RATE = 3000;

/** How often a collector that does not answer is asked again, a second apart: it may be restarting. */
const ASK_ATTEMPTS = 15;

async function askPatiently(ask: AskProgress): Promise<CollectorProgress> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (attempt === ASK_ATTEMPTS) {
        throw error;
      }
      await sleep(1000);
    }
  }
}

/** Sends no faster than the collector receives and stores, so that hours of history arrive whole. */
export class Pacer {
  /** Datagrams that were sent and not received. */
  lost = 0;
  private unanswered = 0;
  private unansweredBytes = 0;
  private baseline: number | undefined;

  /**
   * @param ask undefined where the collector cannot be asked: then it sends at a fixed, careful rate.
   * @param signal once it is aborted, a collector that cannot store is waited for no longer.
   */
  constructor(
    private readonly ask?: AskProgress,
    private readonly signal?: AbortSignal
  ) {}

  /** Counts a datagram of some bytes as sent, and waits for the collector when a window is full. */
  async sent(bytes: number): Promise<void> {
    this.unanswered++;
    this.unansweredBytes += kernelBytes(bytes);
    if (this.unansweredBytes < WINDOW_BYTES) {
      return;
    }
    if (this.ask === undefined) {
      await sleep((1000 * this.unanswered) / BLIND_RATE);
    } else {
      await this.waitForWindow(this.ask);
    }
    this.unanswered = 0;
    this.unansweredBytes = 0;
  }

  /** To be called before the first datagram. */
  async begin(): Promise<void> {
    this.baseline = this.ask === undefined ? undefined : (await askPatiently(this.ask)).received;
  }

  /** To be called after the last datagram: what is missing of the last window counts as lost too. */
  async end(): Promise<void> {
    if (this.ask !== undefined && this.unanswered > 0) {
      await this.waitForWindow(this.ask);
    }
  }

  private async waitForWindow(ask: AskProgress): Promise<void> {
    const due = (this.baseline ?? 0) + this.unanswered;
    const until = Date.now() + PATIENCE_MS;
    let progress = await askPatiently(ask);
    while (progress.received < due && Date.now() < until) {
      await sleep(5);
      progress = await askPatiently(ask);
    }
    this.lost += Math.max(0, due - progress.received);
    this.baseline = progress.received;
    if (progress.queued > QUEUE_LIMIT) {
      do {
        await sleep(200);
        progress = await askPatiently(ask);
      } while (progress.queued > QUEUE_LIMIT / 2 && this.signal?.aborted !== true);
    }
  }
}
