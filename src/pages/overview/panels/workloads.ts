import { largest } from '../groups';
import { exactly, WORKLOADS } from '../questions';
import { behind, type PanelRecipe } from '../recipe';
import { ROWS, SENT_RECEIVED } from './sides';

export const workloadsPanel: PanelRecipe = {
  id: 'workloads',
  title: 'Which workloads have the most traffic?',
  description:
    'Bytes sent and received by the pods of a Deployment, DaemonSet, Job and so on, by a node, or by a Service.',
  asks: [WORKLOADS.sent, WORKLOADS.received],
  look: ({ of }) => ({
    kind: 'rows',
    rows: largest(
      SENT_RECEIVED(WORKLOADS),
      of,
      ([namespace = '', owner = '', type = '']) =>
        owner === ''
          ? undefined
          : {
              name: owner,
              ...(namespace !== '' && { scope: namespace }),
              ...(type !== '' && { kind: type }),
              behind: behind(
                exactly('K8S_OwnerName', owner, 'either'),
                ...(namespace === '' ? [] : [exactly('K8S_Namespace', namespace, 'either')]),
                ...(type === '' ? [] : [exactly('K8S_OwnerType', type, 'either')])
              ),
            },
      ROWS
    ),
  }),
};
