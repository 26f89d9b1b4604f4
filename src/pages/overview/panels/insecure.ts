import type { Row } from '../../../components/panels/types';
import { formatBytes } from '../../../flow';
import type { InstantSeries } from '../../../flow/plan';
import { endName, flowsBetween, inOrder, type End } from '../ends';
import { changeWithin, sumsBy, valuesOf } from '../groups';
import { INSECURE, INSECURE_NAME, insecureQuick } from '../insecureAsk';
import { exactly } from '../questions';
import type { Answered, PanelRecipe } from '../recipe';
import { ROWS } from './sides';

/** What was used, and the two ends that used it, whoever of them sends. */
type Use = readonly [application: string, one: End, other: End];

function usageOf(group: InstantSeries): Use {
  const [application = '', a = '', b = '', c = '', d = '', e = '', f = ''] = valuesOf(INSECURE, group);
  return [application, ...inOrder([a, b, c], [d, e, f])];
}

const keyOf = (group: InstantSeries) => JSON.stringify(usageOf(group));

function rows(answered: Answered): Row[] {
  const before = answered.before && sumsBy(answered.before, keyOf);
  return [...sumsBy(answered.now, keyOf)]
    .sort(([, a], [, b]) => b - a)
    .slice(0, ROWS)
    .map(([key, bytes]) => {
      const [application, one, other] = JSON.parse(key) as Use;
      const flows = flowsBetween(one, other);
      const earlier = before?.get(key) ?? (answered.before?.complete === true ? 0 : undefined);
      const change = earlier === undefined ? undefined : changeWithin(answered, bytes, earlier);
      return {
        id: key,
        scope: application === '' ? 'other port' : application,
        name: `${endName(one)} ↔ ${endName(other)}`,
        parts: [{ title: 'both ways', value: bytes }],
        ...(change !== undefined && { change }),
        behind: {
          ...flows,
          filters: [...flows.filters, exactly('Application', application)],
          quick: insecureQuick() === undefined ? [] : [INSECURE_NAME],
        },
      };
    });
}

function headline({ now }: Answered): string {
  const uses = sumsBy(now, keyOf);
  const total = [...uses.values()].reduce((sum, value) => sum + value, 0);
  const protocols = [...sumsBy(now, (group) => usageOf(group)[0] || undefined)]
    .sort(([, a], [, b]) => b - a)
    .map(([name, bytes]) => `${name} ${formatBytes(bytes)}`);
  const pairs = `${uses.size}${now.complete ? '' : ' or more'} ${uses.size === 1 ? 'pair' : 'pairs'}`;
  return `${formatBytes(total)} between ${pairs}: ${protocols.slice(0, 4).join(', ')}${protocols.length > 4 ? ' …' : ''}`;
}

export const insecurePanel: PanelRecipe = {
  id: 'insecure',
  title: 'Who uses insecure protocols?',
  description:
    'Bytes of protocols that carry data, and mostly passwords, in the clear, by their ports: telnet, FTP, HTTP and others, as the quick filter “Insecure protocols” has them.',
  asks: [INSECURE],
  look: ({ of }) => {
    const answered = of(INSECURE);
    const found = rows(answered);
    return { kind: 'rows', rows: found, ...(found.length > 0 && { headline: headline(answered) }) };
  },
  none: 'No traffic with the ports of insecure protocols was seen in this time range.',
};
