import { largest } from '../groups';
import { exactly, PODS } from '../questions';
import { behindOneEnd, type PanelRecipe } from '../recipe';
import { ROWS, SENT_RECEIVED } from './sides';

export const podsPanel: PanelRecipe = {
  id: 'pods',
  title: 'Which pods have the most traffic?',
  description: 'Bytes sent and received by single pods.',
  asks: [PODS.sent, PODS.received],
  look: ({ of }) => ({
    kind: 'rows',
    rows: largest(
      SENT_RECEIVED(PODS),
      of,
      ([namespace = '', name = '']) =>
        name === ''
          ? undefined
          : {
              name,
              scope: namespace,
              behind: behindOneEnd(exactly('K8S_Name', name), exactly('K8S_Namespace', namespace)),
            },
      ROWS
    ),
  }),
};
