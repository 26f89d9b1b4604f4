import { pino, type DestinationStream, type Logger } from 'pino';
import { z } from 'zod';

/** Settings of `log`. */
export const logConfig = z.strictObject({
  level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});

/** The collector's log: one JSON object a line on standard error. */
export function createLog(config: z.output<typeof logConfig>, destination?: DestinationStream): Logger {
  const options = { level: config.level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime };
  return pino(options, destination ?? pino.destination({ fd: 2, sync: true }));
}

const WINDOW_MS = 60_000;
const MAX_KEYS = 200;

/**
 * Lets one message of a kind through a minute; the next one tells how many were left out. What arrives by the
 * network may cause any number of messages.
 */
export class RateLimit {
  /** In the order in which they were let through last. */
  private readonly kinds = new Map<string, { sinceMs: number; suppressed: number }>();

  constructor(private readonly clock: () => number = Date.now) {}

  /**
   * @param kind what the message is about; kinds past 200 in a minute share one.
   * @param write given the number of messages left out since the last one; called if it is time.
   */
  allow(kind: string, write: (suppressed: number) => void): void {
    const now = this.clock();
    const key = this.kinds.has(kind) || this.hasRoom(now) ? kind : '';
    const known = this.kinds.get(key);
    if (known !== undefined && now - known.sinceMs < WINDOW_MS) {
      known.suppressed++;
      return;
    }
    this.kinds.delete(key);
    this.kinds.set(key, { sinceMs: now, suppressed: 0 });
    write(known?.suppressed ?? 0);
  }

  /** Where there is none, kinds whose minute is over make it; they are the first ones. */
  private hasRoom(now: number): boolean {
    if (this.kinds.size >= MAX_KEYS) {
      for (const [kind, { sinceMs }] of this.kinds) {
        if (now - sinceMs < WINDOW_MS) {
          break;
        }
        this.kinds.delete(kind);
      }
    }
    return this.kinds.size < MAX_KEYS;
  }
}
