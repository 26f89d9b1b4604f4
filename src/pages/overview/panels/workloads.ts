import { largest } from '../groups';
import { exactly, WORKLOADS } from '../questions';
import { behindOneEnd, type PanelRecipe } from '../recipe';
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
              behind: behindOneEnd(
                exactly('K8S_OwnerName', owner),
                ...(namespace === '' ? [] : [exactly('K8S_Namespace', namespace)]),
                ...(type === '' ? [] : [exactly('K8S_OwnerType', type)])
              ),
            },
      ROWS
    ),
  }),
};
