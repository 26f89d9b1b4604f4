/** What the spool tells its surroundings. */
export interface SpoolEvents {
  /** There is something to take. */
  readonly onAvailable: () => void;
  /** Records were deleted unread, the oldest ones, as there was no room. */
  readonly onDropped: (records: ReadonlyArray<{ meta: Buffer; flows: number }>) => void;
  /** Records cannot be read: so many of them, with so many flows. */
  readonly onSpoilt: (records: number, flows: number, detail: string) => void;
  readonly onNotice: (message: string) => void;
}
