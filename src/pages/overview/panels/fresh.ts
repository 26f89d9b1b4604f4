import type { Row } from '../../../components/panels/types';
import type { TopsAnswer } from '../../../data/plan/answerTops';
import { sumsBy, valuesOf } from '../groups';
import { CONVERSATIONS, exactly, PEERS } from '../questions';
import { behind, type Answered, type Answers, type Ask, type PanelRecipe } from '../recipe';
import { conversationRow, conversationSums } from './conversations';
import { ROWS } from './sides';

/**
 * What is in the first sums, and was not in the second. Where those are only the largest of the period before, what is
 * no larger than the smallest of them may well have been there: it is left out.
 */
function added(now: ReadonlyMap<string, number>, before: ReadonlyMap<string, number>, complete: boolean) {
  const least = complete ? 0 : Math.min(...before.values());
  return [...now].filter(([key, bytes]) => !before.has(key) && bytes > least).sort(([, a], [, b]) => b - a);
}

function newConversations({ now, before }: Answered): Row[] {
  return before === undefined
    ? []
    : added(conversationSums(now), conversationSums(before), before.complete).map(([key, bytes]) =>
        conversationRow(key, bytes)
      );
}

const addressSums = (answer: TopsAnswer, ask: Ask) => sumsBy(answer, (group) => valuesOf(ask, group)[0] || undefined);

function newPeers(asks: readonly Ask[], of: Answers['of']): Row[] {
  const sums = new Map<string, number>();
  for (const ask of asks) {
    const { now, before } = of(ask);
    const found = before === undefined ? [] : added(addressSums(now, ask), addressSums(before, ask), before.complete);
    found.forEach(([address, bytes]) => sums.set(address, (sums.get(address) ?? 0) + bytes));
  }
  return [...sums]
    .sort(([, a], [, b]) => b - a)
    .map(([address, bytes]) => ({
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
    'The largest conversations between workloads, and the largest addresses outside the cluster, that the period of the same length before did not have. What may have been there, too small to be told, is left out.',
  asks: [CONVERSATIONS, PEERS.sent, PEERS.received],
  comparing: true,
  look: ({ of }) => {
    const conversations = newConversations(of(CONVERSATIONS));
    const peers = newPeers([PEERS.sent, PEERS.received], of);
    const room = Math.max(LEAST_PEERS, ROWS - conversations.length);
    const rows = [...conversations.slice(0, ROWS - Math.min(room, peers.length)), ...peers.slice(0, room)];
    return { kind: 'rows', rows };
  },
  none: 'Nothing new: all of the largest conversations and addresses were there in the period before.',
};
