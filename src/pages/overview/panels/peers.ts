import { largest } from '../groups';
import { exactly, PEERS } from '../questions';
import { behind, type PanelRecipe } from '../recipe';
import { ROWS } from './sides';

export const peersPanel: PanelRecipe = {
  id: 'peers',
  title: 'Which addresses outside the cluster have the most traffic?',
  description:
    'Bytes from and to single addresses outside the cluster, with the name of their subnet where it has one.',
  asks: [PEERS.sent, PEERS.received],
  look: ({ of }) => ({
    kind: 'rows',
    rows: largest(
      [
        { ask: PEERS.sent, title: 'from it' },
        { ask: PEERS.received, title: 'to it' },
      ],
      of,
      ([address = '', subnet = '']) =>
        address === ''
          ? undefined
          : {
              name: address,
              ...(subnet !== '' && { kind: subnet.replace(/^EXT:/, '') }),
              behind: behind(exactly('Addr', address, 'either')),
            },
      ROWS
    ),
  }),
};
