import { OTHER } from '@netobserv-flows/schema';
import type { Row } from '../../../components/panels/types';
import { matchesFlow, NO_FILTERS } from '../../../flow';
import { answer, answersTo } from '../answers.fixture';
import { narrowed } from '../flowsLink';
import { INSECURE } from '../insecureAsk';
import { APPLICATIONS, CONVERSATIONS, NAMESPACES, PEERS, PODS, SERVICES, WORKLOADS } from '../questions';
import type { Ask, PanelRecipe } from '../recipe';
import { scopeNamed } from '../scope';
import { applicationsPanel } from './applications';
import { conversationsPanel } from './conversations';
import { insecurePanel } from './insecure';
import { namespacesPanel } from './namespaces';
import { peersPanel } from './peers';
import { podsPanel } from './pods';
import { servicesPanel } from './services';
import { workloadsPanel } from './workloads';

type Fields = Readonly<Record<string, string>>;

const WORKLOAD: Fields = { SrcK8S_Namespace: 'shop', SrcK8S_OwnerName: 'web', SrcK8S_OwnerType: 'Deployment' };
const POD: Fields = { SrcK8S_Namespace: 'shop', SrcK8S_Name: 'web-1' };
const SERVICE: Fields = { SrcK8S_Namespace: 'shop', SrcK8S_Service: 'web' };

const swapped = (flow: Fields): Fields =>
  Object.fromEntries(
    Object.entries(flow).map(([name, value]) => [
      name.startsWith('Src') ? name.replace('Src', 'Dst') : name.replace('Dst', 'Src'),
      value,
    ])
  );

function rowOf(panel: PanelRecipe, ask: Ask, group: Fields) {
  const now = answer([[group, 1]]);
  const look = panel.look(answersTo([ask, { now, before: answer([]) }]));
  if (look.kind !== 'rows') {
    throw new Error('the panel shows rows');
  }
  return look.rows[0]!;
}

describe.each([
  ['workload', workloadsPanel, WORKLOADS.sent, WORKLOAD],
  ['pod', podsPanel, PODS.sent, POD],
  ['Service', servicesPanel, SERVICES.sent, SERVICE],
] as const)('the flows behind a %s', (_, panel, ask, own) => {
  const behind = rowOf(panel, ask, own).behind!;
  const flow: Fields = { ...own, DstK8S_Namespace: 'shop', DstK8S_Name: 'api-1', DstK8S_OwnerName: 'api' };
  // A namesake in another namespace, that talks to the namespace of the row.
  const namesake: Fields = { ...flow, SrcK8S_Namespace: 'staging' };

  it('are those of its own, whichever way they go, and not those of a namesake', () => {
    const set = narrowed({ set: NO_FILTERS }, behind);
    expect(matchesFlow(set, flow)).toBe(true);
    expect(matchesFlow(set, swapped(flow))).toBe(true);
    expect(matchesFlow(set, namesake)).toBe(false);
    expect(matchesFlow(set, swapped(namesake))).toBe(false);
  });

  it('lose no flow beside a scope that looks at one end too, and gain none of a namesake of the scope', () => {
    const page = { set: NO_FILTERS, scope: scopeNamed('workload', 'shop/api') };
    const set = narrowed(page, behind);
    expect(matchesFlow(set, flow)).toBe(true);
    expect(matchesFlow(set, swapped(flow))).toBe(true);
    expect(matchesFlow(set, { ...flow, DstK8S_OwnerName: 'db' })).toBe(false);
    expect(matchesFlow(set, { ...flow, DstK8S_Namespace: 'staging' })).toBe(false);
  });
});

describe('a row of what sums fold together', () => {
  const shop = { SrcK8S_Namespace: 'shop' };
  const workload = { SrcK8S_OwnerName: OTHER, SrcK8S_OwnerType: OTHER };
  const toDatabase = { DstK8S_Namespace: 'database', DstK8S_OwnerName: 'postgresql' };

  it.each<[string, PanelRecipe, Ask, Fields, Partial<Row>]>([
    ['namespaces', namespacesPanel, NAMESPACES.sent, { SrcK8S_Namespace: OTHER }, {}],
    ['workloads', workloadsPanel, WORKLOADS.sent, { ...shop, ...workload }, { scope: 'shop' }],
    ['workloads of all', workloadsPanel, WORKLOADS.sent, { SrcK8S_Namespace: OTHER, ...workload }, {}],
    ['pods', podsPanel, PODS.sent, { ...shop, SrcK8S_Name: OTHER }, { scope: 'shop' }],
    [
      'addresses',
      peersPanel,
      PEERS.sent,
      { SrcAddr: OTHER, SrcSubnetLabel: 'EXT:Office' },
      { kind: 'Office, all smaller ones together' },
    ],
    ['applications', applicationsPanel, APPLICATIONS, { Application: OTHER }, {}],
    [
      'conversations',
      conversationsPanel,
      CONVERSATIONS,
      { ...shop, SrcK8S_OwnerName: OTHER, ...toDatabase },
      { name: 'database/postgresql ↔ shop/(other)' },
    ],
    [
      'insecure protocols',
      insecurePanel,
      INSECURE,
      { Application: 'telnet', SrcK8S_Namespace: OTHER, SrcK8S_OwnerName: OTHER, ...toDatabase },
      { scope: 'telnet', name: '(other) ↔ database/postgresql' },
    ],
  ])('leads nowhere, as no filter finds it, and is not new: %s', (_, panel, ask, group, told) => {
    const { id: _id, parts: _parts, ...row } = rowOf(panel, ask, group);
    expect(row).toEqual({ name: OTHER, kind: 'all smaller ones together', ...told });
  });
});
