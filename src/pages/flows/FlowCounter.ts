import { countFlows } from '../../data/flowCount';
import { explainError } from '../../data/lokiErrors';
import type { FlowTotal } from './describeFlows';
import type { AskedQuestion } from './question';

/** How old a count may be before a refresh counts again, in ms. */
const COUNT_AGAIN_MS = 60_000;

/** Counts the flows of a question beside its rows. A refresh leaves a count running: it may take longer than that. */
export class FlowCounter {
  private running?: AbortController;
  private countedAt = 0;

  /** @param tell takes what is known of the total, undefined where nothing is. */
  constructor(private readonly tell: (total: FlowTotal | undefined) => void) {}

  /** Forgets the count of the question before. */
  reset(): void {
    this.stop();
    this.countedAt = 0;
    this.tell(undefined);
  }

  /** Stops a count that runs. */
  stop(): void {
    this.running?.abort();
    this.running = undefined;
  }

  /** Counts, unless that was done a short while ago or is being done. */
  async count({ uid, subject, range }: AskedQuestion): Promise<void> {
    if (this.running !== undefined || Date.now() - this.countedAt < COUNT_AGAIN_MS) {
      return;
    }
    const running = (this.running = new AbortController());
    const say = (total: FlowTotal) => {
      if (this.running === running) {
        this.running = undefined;
        this.countedAt = Date.now();
        this.tell(total);
      }
    };
    try {
      say(await countFlows(uid, subject, range, running.signal));
    } catch (error) {
      say({ kind: 'unknown', why: explainError(error).title });
    }
  }
}
