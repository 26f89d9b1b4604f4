import type { Verdict } from './stand';

/**
 * What a round shows to be wrong, in words; nothing where Loki has exactly the flows that it should have.
 *
 * Metric queries may count flows twice that were sent again as Loki's answer was lost, where Loki began a new block of
 * the stream in between (docs/decisions/0004-spool.md): none but those whose answer was lost. Log queries show each once.
 */
export function faultsOf(verdict: Verdict): string[] {
  const { decoded, recovered, stored, pending, lost } = verdict.status;
  const losses = Object.values(lost).reduce((sum, count) => sum + count, 0);
  return [
    fault(verdict.twice.length, 'flows are in Loki more than once', verdict.twice),
    fault(verdict.unknown.length, 'flows are in Loki that nobody sent', verdict.unknown),
    fault(verdict.spooledAndLost.length, 'flows were in the spool and are not in Loki', verdict.spooledAndLost),
    fault(verdict.unexplained.length, 'flows are missing without a cause', verdict.unexplained),
    fault(Math.max(0, verdict.stored - verdict.counted), 'fewer flows by a metric query than by lines'),
    fault(
      Math.max(0, verdict.counted - verdict.stored - verdict.doubted),
      'more flows by a metric query than by lines, beyond what answers that are lost explain'
    ),
    fault(pending, 'flows are pending'),
    fault(decoded + recovered - stored - losses, 'flows are neither stored nor lost by the counters'),
  ].filter((text) => text !== '');
}

/**
 * What is wrong with a round in which the spool had too little room and the collector was not killed: flows are missing,
 * but each is counted. Those that Loki would have refused may be among them.
 */
export function overflowFaultsOf(verdict: Verdict): string[] {
  const { spool_full: dropped = 0, rejected = 0, ...others } = verdict.status.lost;
  const missing = verdict.unexplained.length + verdict.refused;
  return [
    ...faultsOf({ ...verdict, unexplained: [] }),
    ...(dropped === 0 ? ['the spool never had to drop anything'] : []),
    ...(missing === dropped + rejected
      ? []
      : [`${missing} flows are missing or refused, ${dropped} counted as dropped and ${rejected} as refused`]),
    ...Object.entries(others).map(([reason, count]) => `${count} flows are lost by ${reason}`),
  ];
}

function fault(count: number, what: string, examples: readonly number[] = []): string {
  return count === 0 ? '' : `${count} ${what}${examples.length > 0 ? `, such as ${examples.slice(0, 5).join()}` : ''}`;
}
