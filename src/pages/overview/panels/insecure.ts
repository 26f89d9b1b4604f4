import { rowValue, type FlowsBehind, type Row } from '../../../components/panels/types';
import { formatBytes } from '../../../flow';
import type { InstantSeries } from '../../../flow/plan';
import { endName, flowsBetween, inOrder, type End } from '../ends';
import { earlier, linked, sumsBy, tellsAll, valuesOf, withChange } from '../groups';
import { INSECURE, INSECURE_PROTOCOLS, insecureQuick } from '../insecureAsk';
import { exactly } from '../questions';
import { behind, type Answered, type PanelRecipe } from '../recipe';
import { ROWS } from './sides';

/** What was used, and the two ends that used it, whoever of them sends. */
type Use = readonly [application: string, one: End, other: End];

function usageOf(group: InstantSeries): Use {
  const [application = '', a = '', b = '', c = '', d = '', e = '', f = ''] = valuesOf(INSECURE, group);
  return [application, ...inOrder([a, b, c], [d, e, f])];
}

const bySize = (a: Row, b: Row) => rowValue(b) - rowValue(a);
const keyOf = (group: InstantSeries) => JSON.stringify(usageOf(group));

const protocolName = (application: string) => (application === '' ? 'other port' : application);

/** The flows of a protocol, among those of insecure ones. */
function flowsOf(application: string): FlowsBehind {
  const quick = insecureQuick();
  return { ...behind(exactly('Application', application)), quick: quick === undefined ? [] : [quick.name] };
}

function useRow(key: string, bytes: number): Row {
  const [application, one, other] = JSON.parse(key) as Use;
  const { filters, bidirectional } = flowsBetween(one, other);
  const flows = flowsOf(application);
  return {
    id: key,
    scope: protocolName(application),
    name: `${endName(one)} ↔ ${endName(other)}`,
    parts: [{ title: 'both ways', value: bytes }],
    ...linked([application, ...one, ...other], {
      ...flows,
      bidirectional,
      filters: [...filters, ...flows.filters],
    }),
  };
}

/** A protocol none of whose pairs is among the largest that Loki told. */
const protocolRow = (application: string, bytes: number): Row => ({
  id: application,
  scope: protocolName(application),
  name: 'all pairs',
  parts: [{ title: 'both ways', value: bytes }],
  ...linked([application], flowsOf(application)),
});

/** The largest uses, of each protocol one at least: that little of it is used makes it no less insecure. */
function rows(answered: Answered, protocols: ReadonlyMap<string, number>): Row[] {
  const before = answered.before && sumsBy(answered.before, keyOf);
  const uses = [...sumsBy(answered.now, keyOf)]
    .sort(([, a], [, b]) => b - a)
    .map(([key, bytes]) => withChange(useRow(key, bytes), answered, earlier(answered, before, key)));
  const largest = [...protocols].map(
    ([name, bytes]) => uses.find(({ scope }) => scope === protocolName(name)) ?? protocolRow(name, bytes)
  );
  return [...new Set([...largest.sort(bySize), ...uses])].slice(0, ROWS).sort(bySize);
}

function headline({ now }: Answered, protocols: Answered, sums: ReadonlyMap<string, number>): string {
  const total = [...sums.values()].reduce((added, value) => added + value, 0);
  const named = [...sums]
    .filter(([name]) => name !== '')
    .sort(([, a], [, b]) => b - a)
    .map(([name, bytes]) => `${name} ${formatBytes(bytes)}`);
  const count = sumsBy(now, keyOf).size;
  const all = tellsAll(now);
  const pairs = `${count}${all ? '' : ' or more'} ${count === 1 && all ? 'pair' : 'pairs'}`;
  const list = `${named.slice(0, ROWS).join(', ')}${named.length > ROWS ? ' …' : ''}`;
  const sum = `${protocols.now.complete ? '' : '≥ '}${formatBytes(total)} between ${pairs}`;
  return list === '' ? sum : `${sum}: ${list}`;
}

export const insecurePanel: PanelRecipe = {
  id: 'insecure',
  title: 'Who uses insecure protocols?',
  description:
    'Bytes of protocols that carry data, and mostly passwords, in the clear, by their ports: telnet, FTP, HTTP and others, as the quick filter “Insecure protocols” has them. The largest uses, of each protocol one at least.',
  asks: [INSECURE],
  context: [INSECURE_PROTOCOLS],
  look: ({ of }) => {
    const [answered, protocols] = [of(INSECURE), of(INSECURE_PROTOCOLS)];
    const sums = sumsBy(protocols.now, ({ labels }) => labels.Application ?? '');
    const found = rows(answered, sums);
    return { kind: 'rows', rows: found, ...(found.length > 0 && { headline: headline(answered, protocols, sums) }) };
  },
  none: 'No traffic with the ports of insecure protocols was seen in this time range.',
};
