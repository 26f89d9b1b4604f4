import type { UserStorage } from '@grafana/data';
import { config } from '@grafana/runtime';
import { PLUGIN_ID } from '../constants';
import { readSavedViews, type ReadViews, type SavedView, type ViewsChange } from './savedViews';

const KEY = 'savedViews';

/** Where a person's views lie: with their account in Grafana, or in this browser alone. */
export type ViewsPlace = 'account' | 'browser';

/** A person's views, and where they are. */
export interface UserViews extends ReadViews {
  readonly place: ViewsPlace;
}

interface Stored {
  /** When they were stored, in milliseconds since the Unix epoch: of two copies, the later counts. */
  readonly at: number;
  readonly views: unknown;
}

function parse(text: unknown): Stored | undefined {
  if (typeof text !== 'string' || text === '') {
    return undefined;
  }
  try {
    const { at, views } = JSON.parse(text) as Record<string, unknown>;
    return { at: typeof at === 'number' ? at : 0, views: views ?? text.slice(0, 100) };
  } catch {
    // Told as a problem by the reader of views, which gets the text itself.
    return { at: 0, views: text.slice(0, 100) };
  }
}

/**
 * The key under which Grafana's user storage keeps a copy in the browser where it cannot reach the account: for people
 * who are not signed in, and when its request fails. It tells nobody, so what lies there tells us.
 */
function fallbackKey(): string {
  const { uid, id } = config.bootData.user;
  return `${PLUGIN_ID}:${uid === '' ? id : uid}:${KEY}`;
}

/**
 * The person's own views. Where the account and this browser have a copy each, as after a failure to reach the account,
 * the later one counts.
 */
export async function loadUserViews(storage: UserStorage): Promise<UserViews> {
  const text = await storage.getItem(KEY);
  const copy = localStorage.getItem(fallbackKey());
  const [account, browser] = [parse(text), parse(copy)];
  const fromBrowser = browser !== undefined && (account === undefined || text === copy || browser.at > account.at);
  return { ...readSavedViews((fromBrowser ? browser : account)?.views), place: fromBrowser ? 'browser' : 'account' };
}

async function store(storage: UserStorage, views: readonly SavedView[]): Promise<ViewsPlace> {
  const text = JSON.stringify({ at: Date.now(), views } satisfies Stored);
  await storage.setItem(KEY, text);
  if (localStorage.getItem(fallbackKey()) === text) {
    return 'browser';
  }
  localStorage.removeItem(fallbackKey());
  return 'account';
}

/**
 * Changes the person's views as they are stored now, with their account or, where Grafana cannot do that, in this
 * browser.
 * @throws what the browser says where it cannot keep them either.
 */
export async function changeUserViews(
  storage: UserStorage,
  change: (views: readonly SavedView[]) => ViewsChange
): Promise<UserViews | { readonly problem: string }> {
  const { views } = await loadUserViews(storage);
  const changed = change(views);
  return 'problem' in changed
    ? changed
    : { views: changed.views, problems: [], place: await store(storage, changed.views) };
}
