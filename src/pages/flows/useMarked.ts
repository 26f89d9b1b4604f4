import { useEffect, useRef, useState } from 'react';

/** How long new rows stay marked, in ms. */
export const MARKED_MS = 15_000;

interface Marks {
  /** The set that was taken in last. */
  readonly taken: ReadonlySet<string>;
  readonly marked: ReadonlySet<string>;
}

/**
 * The ids of new rows, each for some seconds after it came, however many refreshes bring others meanwhile.
 * @param arrived ids that the last refresh brought; another set for each refresh.
 */
export function useMarked(arrived: ReadonlySet<string>): ReadonlySet<string> {
  const [marks, setMarks] = useState<Marks>({ taken: arrived, marked: arrived });
  const timers = useRef(new Set<ReturnType<typeof setTimeout>>());
  if (marks.taken !== arrived) {
    // While rendering, so that rows and marks are drawn at once.
    setMarks({ taken: arrived, marked: arrived.size === 0 ? marks.marked : new Set([...marks.marked, ...arrived]) });
  }

  useEffect(() => {
    if (arrived.size === 0) {
      return;
    }
    const timer = setTimeout(() => {
      timers.current.delete(timer);
      setMarks(({ taken, marked }) => ({ taken, marked: new Set([...marked].filter((id) => !arrived.has(id))) }));
    }, MARKED_MS);
    timers.current.add(timer);
  }, [arrived]);

  useEffect(() => {
    const { current } = timers;
    return () => current.forEach(clearTimeout);
  }, []);
  return marks.marked;
}
