import type { Row } from '../../../components/panels/types';
import type { TopsAnswer } from '../../../data/plan/answerTops';
import { sumsBy, valuesOf } from '../groups';
import { CONVERSATIONS, exactly, PEERS } from '../questions';
import { behind, type Answered, type PanelRecipe } from '../recipe';
import { conversationRow, conversationSums } from './conversations';
import { ROWS } from './sides';

/** What is in the first sums, and was not in the second. */
function added(now: ReadonlyMap<string, number>, before: ReadonlyMap<string, number>) {
  return [...now].filter(([key]) => !before.has(key)).sort(([, a], [, b]) => b - a);
}

function newConversations({ now, before }: Answered): Row[] {
  return before === undefined
    ? []
    : added(conversationSums(now), conversationSums(before)).map(([key, bytes]) => conversationRow(key, bytes));
}

const addressSums = (answer: TopsAnswer | undefined, ask: typeof PEERS.sent) =>
  answer === undefined ? [] : [...sumsBy(answer, (group) => valuesOf(ask, group)[0] || undefined)];

function peerSums(sent: TopsAnswer | undefined, received: TopsAnswer | undefined): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [address, bytes] of [...addressSums(sent, PEERS.sent), ...addressSums(received, PEERS.received)]) {
    sums.set(address, (sums.get(address) ?? 0) + bytes);
  }
  return sums;
}

function newPeers(sent: Answered, received: Answered): Row[] {
  if (sent.before === undefined || received.before === undefined) {
    return [];
  }
  return added(peerSums(sent.now, received.now), peerSums(sent.before, received.before)).map(([address, bytes]) => ({
    id: address,
    scope: 'outside',
    name: address,
    parts: [{ title: 'both ways', value: bytes }],
    behind: behind(exactly('Addr', address, 'either')),
  }));
}

export const newPanel: PanelRecipe = {
  id: 'new',
  title: 'What is new since the period before?',
  description:
    'The largest conversations and addresses outside the cluster that the period of the same length before did not have.',
  asks: [CONVERSATIONS, PEERS.sent, PEERS.received],
  comparing: true,
  look: ({ of }) => {
    const [conversations, sent, received] = [of(CONVERSATIONS), of(PEERS.sent), of(PEERS.received)];
    const complete = [conversations, sent, received].every(({ before }) => before?.complete === true);
    const rows = [...newConversations(conversations), ...newPeers(sent, received)];
    return {
      kind: 'rows',
      rows: rows.sort((a, b) => b.parts[0]!.value - a.parts[0]!.value).slice(0, ROWS),
      ...(!complete && {
        headline: 'Not among the largest of the period before: what was small then may show as new.',
      }),
    };
  },
  none: 'Nothing new: all of the largest conversations and addresses were there in the period before.',
};
