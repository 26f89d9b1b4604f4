/** Answers in a row that leave it open whether Loki has a push, after which the others need not wait any more. */
const MAX_IN_A_ROW = 5;

/**
 * Pushes of which nobody knows whether Loki has them, as its answer did not arrive. They are sent again, and Loki drops
 * what it has already, but only as long as it is in the newest block of its stream (256 KiB by default): further back
 * it is stored twice, and metric queries count it twice. So nothing else is sent before they are settled.
 */
export class Doubts {
  private open = 0;
  private waiting: Array<() => void> = [];

  /** Settles when no push is in doubt. */
  async none(): Promise<void> {
    while (this.open > 0) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  /** For the attempts to bring one push to Loki. */
  start(): Doubt {
    let inARow = 0;
    let held = false;
    const release = () => {
      if (held) {
        held = false;
        this.open--;
        this.waiting.splice(0).forEach((resolve) => resolve());
      }
    };
    return {
      note: (answered) => {
        if (answered !== 'unknown') {
          return answered === 'yes' ? release() : undefined;
        }
        inARow++;
        if (inARow > MAX_IN_A_ROW) {
          release();
        } else if (!held && inARow === 1) {
          held = true;
          this.open++;
        }
      },
      end: release,
    };
  }
}

/** What is known of one push. */
export interface Doubt {
  /** An attempt is over: Loki answered, or may have got it, or has not got it. */
  note(answered: 'yes' | 'unknown' | 'not reached'): void;
  /** No more attempts follow. */
  end(): void;
}
