import {
  SceneObjectStateChangedEvent,
  type SceneObject,
  type SceneObjectUrlSyncConfig,
  type SceneObjectUrlValues,
} from '@grafana/scenes';

/** How long the address waits, in ms: a frame has been shown by then, and clicks in quick succession are one step. */
const WAIT_MS = 100;

/**
 * Lets the address follow a change of a scene object's state after the change has been painted: a new address makes
 * Grafana draw its own navigation anew, for which nobody who has clicked should wait.
 */
export class LateAddress {
  /** What the address still says while it waits. */
  private before?: SceneObjectUrlValues;

  /**
   * @param owner the object whose `getUrlState` has to return {@link values}.
   * @param urlSync its URL sync.
   * @param current what the address should say of the owner's state as it is.
   */
  constructor(
    private readonly owner: SceneObject,
    private readonly urlSync: SceneObjectUrlSyncConfig,
    private readonly current: () => SceneObjectUrlValues
  ) {}

  /** What the address is to say now: of the state before, while a change waits. */
  values(): SceneObjectUrlValues {
    return this.before ?? this.current();
  }

  /** Changes state; the address follows a moment later, as one step of the browser's history. */
  change(action: () => void): void {
    const waits = this.before !== undefined;
    this.before ??= this.current();
    action();
    if (!waits) {
      setTimeout(() => this.follow(), WAIT_MS);
    }
  }

  private follow(): void {
    this.before = undefined;
    const { owner } = this;
    const { state } = owner;
    // Scenes compares an object's values with the address at each change that it hears of: this one changes nothing.
    this.urlSync.performBrowserHistoryAction(() =>
      owner.publishEvent(
        new SceneObjectStateChangedEvent({
          prevState: state,
          newState: state,
          partialUpdate: {},
          changedObject: owner,
        }),
        true
      )
    );
  }
}
