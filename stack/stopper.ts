/** Something to be undone at the end. */
type Undo = () => Promise<void> | void;

/** Collects what was started, and stops it in reverse order, once, whatever happens. */
export class Stopper {
  private readonly undos: Array<readonly [name: string, undo: Undo]> = [];
  private stopped: Promise<string[]> | undefined;

  /** Registers how to undo what was just done. */
  add(name: string, undo: Undo): void {
    this.undos.push([name, undo]);
  }

  /** Undoes all, the newest first; one that fails does not hold up the rest. @returns what failed, in words. */
  stop(): Promise<string[]> {
    this.stopped ??= (async () => {
      const failures: string[] = [];
      for (const [name, undo] of this.undos.reverse()) {
        try {
          await undo();
        } catch (error) {
          failures.push(`${name}: ${(error as Error).message}`);
        }
      }
      return failures;
    })();
    return this.stopped;
  }
}
