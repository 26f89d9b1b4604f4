import { useCallback, useEffect, useRef, useState } from 'react';
import { usePluginUserStorage } from '@grafana/runtime';
import { appSettings } from '../../data/appSettings';
import { explainError } from '../../data/lokiErrors';
import { viewsOf, type SavedView, type ViewPage, type ViewsChange } from '../../data/savedViews';
import { changeSettings } from '../../data/saveSettings';
import { changeUserViews, loadUserViews, type UserViews } from '../../data/userViews';

/** Whose views: the person's own, or those of everyone in the organisation. */
export type ViewsOwner = 'mine' | 'org';

type Change = (views: readonly SavedView[]) => ViewsChange;

/** A refusal that `changeSettings` lets through as it is. */
class RefusedChange extends Error {}

function wordsFor(error: unknown): string {
  if (error instanceof RefusedChange) {
    return error.message;
  }
  const { said, title } = explainError(error);
  return `It could not be saved. ${said ?? title}`;
}

/**
 * Views that a page can have, and ways to change them; the person's own are loaded once this is shown. Changes are made
 * to the lists of all pages.
 */
export function useViews(page: ViewPage) {
  const storage = usePluginUserStorage();
  const latest = useRef(storage);
  useEffect(() => {
    latest.current = storage;
  });
  const [mine, setMine] = useState<UserViews>();
  const [{ savedViews: org = [], defaultView }, setSettings] = useState(appSettings);
  const [notice, setNotice] = useState<string>();
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    let gone = false;
    loadUserViews(latest.current).then(
      (views) => !gone && setMine(views),
      (error: unknown) => {
        if (!gone) {
          setMine({ views: [], problems: [], place: 'browser' });
          setNotice(`Your own views could not be loaded. ${explainError(error).said ?? ''}`.trim());
        }
      }
    );
    return () => {
      gone = true;
    };
  }, []);

  /** Runs one change; true where it was made. */
  const attempt = useCallback(async (task: () => Promise<void>): Promise<boolean> => {
    setBusy(true);
    setNotice(undefined);
    try {
      await task();
      return true;
    } catch (error) {
      setNotice(wordsFor(error));
      return false;
    } finally {
      setBusy(false);
    }
  }, []);

  const changeViews = useCallback(
    (owner: ViewsOwner, change: Change) =>
      attempt(async () => {
        if (owner === 'mine') {
          const changed = await changeUserViews(latest.current, change);
          if ('problem' in changed) {
            throw new RefusedChange(changed.problem);
          }
          setMine(changed);
          return;
        }
        const settings = await changeSettings(({ savedViews = [] }) => {
          const changed = change(savedViews);
          if ('problem' in changed) {
            throw new RefusedChange(changed.problem);
          }
          return { savedViews: changed.views };
        });
        setSettings(settings);
      }),
    [attempt]
  );

  const setDefaultView = useCallback(
    (search: string | undefined) =>
      attempt(async () => setSettings(await changeSettings(() => ({ defaultView: search })))),
    [attempt]
  );

  return {
    mine: mine && { ...mine, views: viewsOf(mine.views, page) },
    org: viewsOf(org, page),
    // The flow table alone has one.
    defaultView: page === 'flows' ? defaultView : undefined,
    notice,
    busy,
    changeViews,
    setDefaultView,
  };
}
