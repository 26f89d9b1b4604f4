import type { Verdict } from './stand';

/** What a round shows to be wrong, in words; nothing where Loki has exactly the flows that it should have. */
export function faultsOf(verdict: Verdict): string[] {
  const { decoded, recovered, stored, pending, lost } = verdict.status;
  const losses = Object.values(lost).reduce((sum, count) => sum + count, 0);
  return [
    fault(verdict.twice.length, 'flows are in Loki more than once', verdict.twice),
    fault(verdict.unknown.length, 'flows are in Loki that nobody sent', verdict.unknown),
    fault(verdict.spooledAndLost.length, 'flows were in the spool and are not in Loki', verdict.spooledAndLost),
    fault(verdict.unexplained.length, 'flows are missing without a cause', verdict.unexplained),
    fault(verdict.counted - verdict.stored, 'more flows by a metric query than by lines'),
    fault(pending, 'flows are pending'),
    fault(decoded + recovered - stored - losses, 'flows are neither stored nor lost by the counters'),
  ].filter((text) => text !== '');
}

function fault(count: number, what: string, examples: readonly number[] = []): string {
  return count === 0 ? '' : `${count} ${what}${examples.length > 0 ? `, such as ${examples.slice(0, 5).join()}` : ''}`;
}
