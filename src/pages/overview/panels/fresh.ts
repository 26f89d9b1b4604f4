import type { Row } from '../../../components/panels/types';
import type { TopsAnswer } from '../../../data/plan/answerTops';
import type { InstantSeries } from '../../../flow/plan';
import { isFolded, sumsBy, valuesOf } from '../groups';
import { CONVERSATIONS, exactly, PEERS } from '../questions';
import { behind, type Answered, type Answers, type PanelRecipe } from '../recipe';
import { conversationKey, conversationRow } from './conversations';
import { ROWS } from './sides';

/** Which of an answer's groups are of one thing; undefined for groups that are of none that can be named. */
type KeyOf = (group: InstantSeries) => string | undefined;

/** One of the answers that together tell of some things. */
interface Told {
  readonly answered: Answered;
  readonly keyOf: KeyOf;
  /** How many groups of it one thing can have. */
  readonly groups: number;
}

/**
 * The most that a thing can have had in an answer that does not tell it: as much as the smallest group in each of its own,
 * where there were more than those told, and all that was folded.
 */
function mostUntold({ groups, complete }: TopsAnswer, own: number): number {
  const folded = groups.filter(isFolded).reduce((sum, { value }) => sum + value, 0);
  return folded + (complete ? 0 : own * Math.min(...groups.map(({ value }) => value)));
}

/**
 * The sums of now that none of the answers of before tells anything of, the largest first. Where those are only the
 * largest of the period before, what is no larger than it may have been then is left out.
 */
function added(told: readonly Told[]): Array<[key: string, bytes: number]> {
  const sums = new Map<string, number>();
  const known = new Set<string>();
  let most = 0;
  for (const { answered, keyOf, groups } of told) {
    const { now, before } = answered;
    if (before === undefined) {
      return [];
    }
    sumsBy(now, (group) => (isFolded(group) ? undefined : keyOf(group))).forEach((bytes, key) =>
      sums.set(key, (sums.get(key) ?? 0) + bytes)
    );
    sumsBy(before, keyOf).forEach((_, key) => known.add(key));
    most += mostUntold(before, groups);
  }
  return [...sums].filter(([key, bytes]) => !known.has(key) && bytes > most).sort(([, a], [, b]) => b - a);
}

/** A conversation has a group each direction. */
function newConversations(answered: Answered): Row[] {
  return added([{ answered, keyOf: conversationKey, groups: 2 }]).map(([key, bytes]) => conversationRow(key, bytes));
}

/** An address is known by what it sent or by what it received. */
function newPeers(of: Answers['of']): Row[] {
  const told = [PEERS.sent, PEERS.received].map((ask): Told => ({
    answered: of(ask),
    keyOf: (group) => valuesOf(ask, group)[0] || undefined,
    groups: 1,
  }));
  return added(told).map(([address, bytes]) => ({
    id: address,
    scope: 'outside',
    name: address,
    parts: [{ title: 'both ways', value: bytes }],
    behind: behind(exactly('Addr', address, 'either')),
  }));
}

/** Rows of new addresses where there are many new conversations too. */
const LEAST_PEERS = 3;

export const newPanel: PanelRecipe = {
  id: 'new',
  title: 'What is new since the period before?',
  description:
    'The largest conversations between workloads, and the largest addresses outside the cluster, that the period of the same length before did not have. Where only the largest of that period are known, it lists those that were not among them and are larger now than they could have been then.',
  asks: [CONVERSATIONS, PEERS.sent, PEERS.received],
  comparing: true,
  look: ({ of }) => {
    const conversations = newConversations(of(CONVERSATIONS));
    const peers = newPeers(of);
    const room = Math.max(LEAST_PEERS, ROWS - conversations.length);
    const rows = [...conversations.slice(0, ROWS - Math.min(room, peers.length)), ...peers.slice(0, room)];
    return { kind: 'rows', rows };
  },
  none: 'Nothing new: all of the largest conversations and addresses were there in the period before.',
};
