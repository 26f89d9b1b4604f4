import { sceneGraph, type SceneObject } from '@grafana/scenes';

/**
 * What tells one time range of a page from another: the same for a range and its refreshes. That of a time zone belongs to
 * it, by which `now-1d/d` is another day.
 */
export function timeKey(page: SceneObject): readonly unknown[] {
  const timeRange = sceneGraph.getTimeRange(page);
  return [timeRange.state.value.raw, timeRange.getTimeZone()];
}

/**
 * The question of a page that waits for its answer. Another one takes its place; the same asked again does not: refreshes
 * that come faster than answers would else never let one through.
 */
export class PendingQuestion {
  private key?: string;
  private running = new AbortController();

  /** Whether this very question waits for its answer. */
  isAwaited(key: string): boolean {
    return this.key === key;
  }

  /** Stops the question that waits, and has this one wait. The signal ends when that is stopped, too. */
  begin(key: string): AbortSignal {
    this.stop();
    this.key = key;
    this.running = new AbortController();
    return this.running.signal;
  }

  /** It has its answer, or has failed: the same may be asked again. */
  end(): void {
    this.key = undefined;
  }

  /** Stops the question that waits: it gives up. */
  stop(): void {
    this.end();
    this.running.abort();
  }
}
