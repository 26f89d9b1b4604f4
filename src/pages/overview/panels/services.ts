import { largest } from '../groups';
import { exactly, SERVICES } from '../questions';
import { behindOneEnd, type PanelRecipe } from '../recipe';
import { ROWS } from './sides';

export const servicesPanel: PanelRecipe = {
  id: 'services',
  title: 'Which Services handle the most traffic?',
  description: 'Bytes that go to a Service, by its own address or that of a pod which serves it, and what is answered.',
  asks: [SERVICES.sent, SERVICES.received],
  look: ({ of }) => ({
    kind: 'rows',
    rows: largest(
      [
        { ask: SERVICES.sent, title: 'answered' },
        { ask: SERVICES.received, title: 'received' },
      ],
      of,
      ([namespace = '', service = '']) =>
        service === ''
          ? undefined
          : {
              name: service,
              scope: namespace,
              behind: behindOneEnd(exactly('K8S_Service', service), exactly('K8S_Namespace', namespace)),
            },
      ROWS
    ),
  }),
};
