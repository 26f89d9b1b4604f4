import { DIRECTION, type FieldDefinition } from '@netobserv-flows/schema';
import type { KnownFlow } from '../../data/flowRow';

/** What stands before a value: the badge of a kind, the arrow of a direction, or the badge of the outside. */
export interface FieldMark {
  readonly sort: 'kind' | 'direction' | 'outside';
  /** What it says in words, for readers who do not see it; absent where the value beside it says the same. */
  readonly label?: string;
  /** What it shows. */
  readonly letters: string;
}

/** Letters of the Kubernetes kinds that flows tell of. */
const KIND_LETTERS: Readonly<Record<string, string>> = {
  Pod: 'P',
  Service: 'S',
  Node: 'N',
  Deployment: 'D',
  StatefulSet: 'SS',
  DaemonSet: 'DS',
  ReplicaSet: 'RS',
  Job: 'J',
  CronJob: 'CJ',
};

/** What names of subnets outside the cluster begin with. */
const OUTSIDE = 'EXT:';

const ARROWS: Readonly<Record<number, string>> = {
  [DIRECTION.ingress]: '↓',
  [DIRECTION.egress]: '↑',
  [DIRECTION.inner]: '⇄',
};

/** The letters of a kind's badge: known ones, else the capitals of its name. */
function kindLetters(kind: string): string {
  return KIND_LETTERS[kind] ?? (kind.replace(/[^A-Z]/g, '').slice(0, 2) || kind.slice(0, 1).toUpperCase());
}

const kindMarks = new Map<string, FieldMark>();
const MOST_KINDS = 200;

function kindMark(kind: string | undefined): FieldMark | undefined {
  if (kind === undefined) {
    return undefined;
  }
  let mark = kindMarks.get(kind);
  if (mark === undefined) {
    mark = { sort: 'kind', label: kind, letters: kindLetters(kind) };
    if (kindMarks.size < MOST_KINDS) {
      kindMarks.set(kind, mark);
    }
  }
  return mark;
}

const directionMarks = new Map(
  Object.entries(ARROWS).map(([direction, letters]) => [Number(direction), { sort: 'direction', letters } as const])
);

const OUTSIDE_MARK: FieldMark = { sort: 'outside', label: 'Outside the cluster', letters: 'EXT' };

/** The mark before a field's value, if it has one. */
export function fieldMark(field: FieldDefinition, flow: KnownFlow): FieldMark | undefined {
  switch (field.name) {
    case 'SrcK8S_Name':
      return kindMark(flow.SrcK8S_Type);
    case 'DstK8S_Name':
      return kindMark(flow.DstK8S_Type);
    case 'SrcK8S_OwnerName':
      return kindMark(flow.SrcK8S_OwnerType);
    case 'DstK8S_OwnerName':
      return kindMark(flow.DstK8S_OwnerType);
    case 'SrcSubnetLabel':
      return flow.SrcSubnetLabel?.startsWith(OUTSIDE) ? OUTSIDE_MARK : undefined;
    case 'DstSubnetLabel':
      return flow.DstSubnetLabel?.startsWith(OUTSIDE) ? OUTSIDE_MARK : undefined;
    case 'FlowDirection':
      return directionMarks.get(flow.FlowDirection ?? -1);
    default:
      return undefined;
  }
}

/** The value beside its mark: what the mark says is not said again. */
export function textBeside(mark: FieldMark | undefined, text: string): string {
  return mark?.sort === 'outside' ? text.slice(OUTSIDE.length) : text;
}
