import { largest } from '../groups';
import { exactly, NAMESPACES } from '../questions';
import { behind, type PanelRecipe } from '../recipe';
import { ROWS, SENT_RECEIVED } from './sides';

export const namespacesPanel: PanelRecipe = {
  id: 'namespaces',
  title: 'Which namespaces have the most traffic?',
  description: 'Bytes sent and received by the pods and Services of a namespace; traffic within it is in both.',
  asks: [NAMESPACES.sent, NAMESPACES.received],
  look: ({ of }) => ({
    kind: 'rows',
    rows: largest(
      SENT_RECEIVED(NAMESPACES),
      of,
      ([namespace = '']) =>
        namespace === ''
          ? undefined
          : { name: namespace, behind: behind(exactly('K8S_Namespace', namespace, 'either')) },
      ROWS
    ),
  }),
};
