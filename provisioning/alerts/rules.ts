import type { FieldName } from '@netobserv-flows/schema';
import { formatFilter } from '../../src/flow/index';
import { collectorSilentQuery, exporterSilentQuery, flowsLostQuery, scanQuery, SumQueries } from './queries';
import type { AlertSettings } from './settings';
import { flowTableLink, labelText, VALUE, workloadText } from './text';

/** What becomes of a rule's state where its query finds nothing, or fails. */
type WithoutAnswer = 'OK' | 'Alerting' | 'NoData' | 'Error' | 'KeepLast';

/** A rule: what is asked, when it fires and what is said then. */
export interface AlertRule {
  readonly uid: string;
  readonly title: string;
  readonly group: 'Traffic' | 'Collector';
  /** LogQL of an instant query; each of its series is one alert. */
  readonly expr: string;
  readonly fires: { readonly when: 'above' | 'below'; readonly than: number };
  readonly forMinutes: number;
  readonly onNoData: WithoutAnswer;
  readonly onError: WithoutAnswer;
  readonly severity: 'critical' | 'warning';
  readonly summary: string;
  readonly description: string;
  /** What to do, in steps. */
  readonly runbook: string;
  /** Where the flows behind it are. */
  readonly flows: string;
}

/** Where the query finds nothing nothing is wrong; where Loki does not answer, one rule that says so is enough. */
const QUIET = { onNoData: 'OK', onError: 'KeepLast' } as const;

/** All rules, with the thresholds of the settings. */
export function alertRules(settings: AlertSettings): AlertRule[] {
  return [...trafficRules(settings), ...stoppedRules(settings), ...collectorRules(settings)];
}

function trafficRules(settings: AlertSettings): AlertRule[] {
  const sums = new SumQueries(settings);
  const { insecureProtocol, externalEgress, scan, dnsSurge } = settings;
  const source = { SrcK8S_Namespace: 'src_namespace', SrcK8S_OwnerName: 'src_workload' };
  const where = (rule: 'insecureProtocol' | 'externalEgress' | 'scan' | 'dnsSurge') =>
    settings[rule].where.map(formatFilter);
  const destination =
    '{{ with $labels.DstK8S_OwnerName }}' +
    `${workloadText('Dst')}{{ else }}${labelText('DstSubnetLabel', 'the outside')}{{ end }}`;
  return [
    {
      ...QUIET,
      uid: 'netobserv-insecure-protocol',
      title: 'Insecure protocol in use',
      group: 'Traffic',
      expr: sums.insecureProtocol(),
      fires: { when: 'above', than: insecureProtocol.bytes },
      forMinutes: insecureProtocol.forMinutes,
      severity: 'warning',
      summary: `${workloadText('Src')} talks to port ${labelText('DstPort', '?')} of ${destination} in the clear`,
      description: `${VALUE}B went to a port of a protocol that carries passwords unencrypted, within ten minutes.`,
      runbook:
        'Open the flows and see which pods talk to which address. Find out who owns the workload and whether it can use ' +
        'SSH, SFTP or TLS instead. Where the use is known and accepted, take it out with a filter under ' +
        'insecureProtocol.where in thresholds.yaml; where it is not, treat it as a possible intrusion.',
      flows: flowTableLink(where('insecureProtocol'), {
        ...source,
        DstK8S_Namespace: 'dst_namespace',
        DstK8S_OwnerName: 'dst_workload',
        DstSubnetLabel: 'dst_subnet',
        DstPort: 'dst_port',
      }),
    },
    {
      ...QUIET,
      uid: 'netobserv-external-egress',
      title: 'External egress far above usual',
      group: 'Traffic',
      expr: sums.externalEgress(),
      fires: { when: 'above', than: externalEgress.times },
      forMinutes: externalEgress.forMinutes,
      severity: 'critical',
      summary: `${workloadText('Src')} sends ${VALUE} times the usual to the outside`,
      description:
        'Compared with the busiest ten minutes of the hour before and of the hour around this time yesterday, whichever ' +
        'is larger.',
      runbook:
        'Open the flows, sort by bytes and look at the destinations: a backup, a release or a new customer is known to ' +
        'somebody. Otherwise stop the workload’s egress with a NetworkPolicy, keep the pod for the analysis, and rotate ' +
        'what it had access to.',
      flows: flowTableLink(['dst_kind=""', ...where('externalEgress')], source),
    },
    {
      ...QUIET,
      uid: 'netobserv-scan',
      title: 'One peer scans many ports or hosts',
      group: 'Traffic',
      expr: scanQuery(settings),
      fires: { when: 'above', than: scan.targets },
      forMinutes: scan.forMinutes,
      severity: 'critical',
      summary:
        '{{ with $labels.SrcK8S_Namespace }}{{ . }}/{{ end }}{{ with $labels.SrcK8S_Name }}{{ . }} {{ end }}' +
        `(${labelText('SrcAddr', '?')}) has tried ${VALUE} pairs of address and port in five minutes`,
      description: 'One peer has opened TCP connections to far more addresses or ports than a workload commonly needs.',
      runbook:
        'Open the flows: many destinations of few packets each are a scan. A monitoring system or a security scanner ' +
        'that is meant to do so is taken out with a filter under scan.where in thresholds.yaml. Otherwise isolate the ' +
        'pod, or block the address, and look at what answered it.',
      flows: flowTableLink(['proto=tcp', ...where('scan')], { SrcAddr: 'src_ip' }),
    },
    {
      ...QUIET,
      uid: 'netobserv-dns-surge',
      title: 'DNS volume surge',
      group: 'Traffic',
      expr: sums.dnsSurge(),
      fires: { when: 'above', than: dnsSurge.times },
      forMinutes: dnsSurge.forMinutes,
      severity: 'warning',
      summary: `${workloadText('Src')} asks ${VALUE} times as much of the DNS as usual`,
      description:
        'In packets, compared with the busiest ten minutes of the hour before and of the hour around this time ' +
        'yesterday, whichever is larger.',
      runbook:
        'Open the flows. A retry loop after a deployment, a name that no longer resolves or a missing cache are the ' +
        'common causes; see the workload’s log. Many queries of a large size from one pod can be data leaving by DNS: ' +
        'look at the names in the resolver’s log.',
      flows: flowTableLink(['dst_port=53', ...where('dnsSurge')], source),
    },
  ];
}

function stoppedRules(settings: AlertSettings): AlertRule[] {
  const sums = new SumQueries(settings);
  const { share, forMinutes, where } = settings.trafficStopped;
  const rule = (
    kind: 'namespace' | 'Service',
    labels: readonly FieldName[],
    name: string,
    keywords: Record<string, string>
  ): AlertRule => ({
    ...QUIET,
    uid: `netobserv-${kind.toLowerCase()}-stopped`,
    title: `Traffic of a ${kind} stopped`,
    group: 'Traffic',
    expr: sums.trafficStopped(labels),
    fires: { when: 'below', than: share },
    forMinutes,
    severity: 'critical',
    summary: `${kind} ${name} gets {{ with $values.A }}{{ humanizePercentage .Value }}{{ end }} of its traffic of an hour ago`,
    description: `Next to nothing reaches the ${kind} any more, while flows of others still come.`,
    runbook:
      'Open the flows: the last ones tell since when, and from whom. See whether its pods are ready and its Service ' +
      'has endpoints, then what changed: a deployment, a NetworkPolicy, a node, an ingress. Where it was switched off on ' +
      'purpose, the alert ends by itself within an hour and a half.',
    flows: flowTableLink(where.map(formatFilter), keywords),
  });
  return [
    rule('namespace', ['DstK8S_Namespace'], labelText('DstK8S_Namespace', '?'), { DstK8S_Namespace: 'dst_namespace' }),
    rule(
      'Service',
      ['DstK8S_Namespace', 'DstK8S_Service'],
      `${labelText('DstK8S_Namespace', '?')}/${labelText('DstK8S_Service', '?')}`,
      { DstK8S_Namespace: 'dst_namespace', DstK8S_Service: 'dst_service' }
    ),
  ];
}

/** Hours after which the last flows before a silence are still found: its alert stays for the time looked back. */
const beforeSilence = ({ lookBackHours }: { readonly lookBackHours: number }) => lookBackHours + 1;

function collectorRules(settings: AlertSettings): AlertRule[] {
  const { flowsLost, exporterSilent, collectorSilent } = settings;
  return [
    {
      ...QUIET,
      uid: 'netobserv-flows-lost',
      title: 'Flows lost by the collector',
      group: 'Collector',
      expr: flowsLostQuery(),
      fires: { when: 'above', than: flowsLost.count },
      forMinutes: flowsLost.forMinutes,
      severity: 'warning',
      summary: `${VALUE} lost in ten minutes: ${labelText('Reason', '?')}{{ with $labels.Exporter }} of {{ . }}{{ end }}`,
      description:
        'The figures of this time are too low. The reason tells whether flows, records or datagrams are counted.',
      runbook:
        'docs/collector.md lists the reasons with their remedies. spool_full, queue_full and rejected: Loki takes too ' +
        'little; see its log and limits. kernel_drops: raise net.core.rmem_max or run more collectors. no_template: the ' +
        'exporter repeats its templates too seldom. sequence_gap: datagrams get lost on the way. refused: somebody sends ' +
        'whom receive.allow does not name; the collector’s log has the address.',
      flows: flowTableLink([], { Address: 'exporter' }),
    },
    {
      ...QUIET,
      uid: 'netobserv-exporter-silent',
      title: 'Exporter silent',
      group: 'Collector',
      expr: exporterSilentQuery(settings),
      fires: { when: 'below', than: 1 },
      forMinutes: exporterSilent.forMinutes,
      severity: 'warning',
      summary: `Exporter ${labelText('Exporter', '?')} has sent nothing for ${exporterSilent.minutes} minutes`,
      description: `It did within the last ${exporterSilent.lookBackHours} hours, and the collector is running.`,
      runbook:
        'See whether the node or router is up and can reach the collector by UDP, and whether its export is still ' +
        'configured (Open vSwitch: ovs-vsctl list IPFIX). A node that was taken out of the cluster is forgotten after the ' +
        'time looked back. A collector tells 200 exporters apart: further ones are counted together as “other”, which is ' +
        'silent only when all of them are.',
      flows: flowTableLink([], { Address: 'exporter' }, beforeSilence(exporterSilent)),
    },
    {
      uid: 'netobserv-collector-silent',
      title: 'Collector silent',
      group: 'Collector',
      expr: collectorSilentQuery(settings),
      fires: { when: 'below', than: 1 },
      forMinutes: collectorSilent.forMinutes,
      onNoData: 'OK',
      // The one rule that tells when Loki does not answer.
      onError: 'Error',
      severity: 'critical',
      summary: `No collector has reported to Loki for ${collectorSilent.minutes} minutes`,
      description: `One did within the last ${collectorSilent.lookBackHours} hours. No flows are stored now.`,
      runbook:
        'See whether the collector runs and what its log and its /status say; whether it reaches Loki; and whether Loki ' +
        'takes what it pushes (429 and 5xx in the log).',
      flows: flowTableLink([], {}, beforeSilence(collectorSilent)),
    },
  ];
}
