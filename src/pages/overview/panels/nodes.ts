import { largest } from '../groups';
import { exactly, NODES } from '../questions';
import { behind, type PanelRecipe } from '../recipe';
import { ROWS, SENT_RECEIVED } from './sides';

export const nodesPanel: PanelRecipe = {
  id: 'nodes',
  title: 'Which nodes have the most traffic?',
  description: 'Bytes sent and received by a node and by all pods on it; traffic within the node is in both.',
  asks: [NODES.sent, NODES.received],
  look: ({ of }) => ({
    kind: 'rows',
    rows: largest(
      SENT_RECEIVED(NODES),
      of,
      ([node = '']) =>
        node === '' ? undefined : { name: node, behind: behind(exactly('K8S_HostName', node, 'either')) },
      ROWS
    ),
  }),
};
