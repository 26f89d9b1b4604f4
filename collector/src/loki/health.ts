import type { Answer } from './answer';

/** Whether Loki takes what is sent, as the last answer tells; a rate limit only makes it wait. */
export class LokiHealth {
  private failure: string | undefined = 'not reached yet';
  private failingSinceMs: number | undefined;

  /** @returns 'recovered' or 'failing' when that is new, else undefined. */
  note(answer: Answer, nowMs: number): 'recovered' | 'failing' | undefined {
    const failing = answer.kind === 'later' && answer.status !== 429;
    const before = this.failingSinceMs;
    this.failure = failing ? answer.reason : undefined;
    this.failingSinceMs = failing ? (before ?? nowMs) : undefined;
    if (failing === (before !== undefined)) {
      return undefined;
    }
    return failing ? 'failing' : 'recovered';
  }

  /** Readiness: not ready before the first answer and while pushes fail. */
  get state(): { ok: boolean; reason?: string } {
    return this.failure === undefined ? { ok: true } : { ok: false, reason: `Loki: ${this.failure}` };
  }
}
