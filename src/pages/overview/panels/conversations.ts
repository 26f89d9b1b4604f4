import type { Row } from '../../../components/panels/types';
import type { TopsAnswer } from '../../../data/plan/answerTops';
import type { InstantSeries } from '../../../flow/plan';
import { endName, flowsBetween, inOrder, type End } from '../ends';
import { earlier, linked, sumsBy, valuesOf, withChange } from '../groups';
import { CONVERSATIONS } from '../questions';
import type { Answered, PanelRecipe } from '../recipe';
import { ROWS } from './sides';

/** The two ends of a group of {@link CONVERSATIONS}, in the order in which it sends. */
function endsOf(group: InstantSeries): readonly [End, End] {
  const [a = '', b = '', c = '', d = '', e = '', f = ''] = valuesOf(CONVERSATIONS, group);
  return [
    [a, b, c],
    [d, e, f],
  ];
}

/** The conversation that a group is one direction of: its ends, as JSON. */
export const conversationKey = (group: InstantSeries): string => JSON.stringify(inOrder(...endsOf(group)));

/** Sums by conversation, both directions together. */
const conversationSums = (answer: TopsAnswer) => sumsBy(answer, conversationKey);

/** A conversation as a row, by its key. */
export function conversationRow(key: string, bytes: number): Row {
  const [one, other] = JSON.parse(key) as [End, End];
  return {
    id: key,
    name: `${endName(one)} ↔ ${endName(other)}`,
    parts: [{ title: 'both ways', value: bytes }],
    ...linked([...one, ...other], flowsBetween(one, other)),
  };
}

function rows(answered: Answered): Row[] {
  const before = answered.before && conversationSums(answered.before);
  return [...conversationSums(answered.now)]
    .sort(([, a], [, b]) => b - a)
    .slice(0, ROWS)
    .map(([key, bytes]) => withChange(conversationRow(key, bytes), answered, earlier(answered, before, key)));
}

export const conversationsPanel: PanelRecipe = {
  id: 'conversations',
  title: 'Who talks to whom the most?',
  description: 'Bytes between two workloads, or a workload and what is outside, both ways together.',
  asks: [CONVERSATIONS],
  look: ({ of }) => ({ kind: 'rows', rows: rows(of(CONVERSATIONS)) }),
};
