import { parse } from 'yaml';
import { collectorConfig, type CollectorConfig } from '../../../collector/src/config/root';
import type { Manifest } from './documents';

/** Release and namespace that the chart is rendered with. */
export const NAMESPACE = 'netobserv-flows';

/** Values that put Kafka between receiving and storing. */
export const KAFKA = ['kafka.enabled=true', 'kafka.brokers={kafka-1.kafka:9093,kafka-2.kafka:9093}'];

/** The same with all that Kafka and the stores can be given. */
export const KAFKA_SECURED = [
  ...KAFKA,
  'kafka.tls.enabled=true',
  'kafka.tls.secretName=kafka-tls',
  'kafka.tls.clientCertificate=true',
  'kafka.sasl.mechanism=scram-sha-512',
  'kafka.sasl.secretName=kafka-login',
  'kafka.store.autoscaling.enabled=true',
  'kafka.store.config.kafka.consume.warmUpSeconds=1200',
  'kafka.store.extraEnv[0].name=NODE_OPTIONS',
  'kafka.store.extraEnv[0].value=--max-old-space-size=700',
  'kafka.store.priorityClassName=flows',
  'collector.replicas=3',
  'collector.config.enrich.subnets[0].name=Office',
  'collector.config.enrich.subnets[0].cidrs={10.40.0.0/16}',
  'loki.mode=external',
  'loki.external.url=http://loki',
  'loki.external.auth=token',
  'loki.external.secretName=loki',
  'networkPolicy.kafkaTo[0].namespaceSelector.matchLabels.name=kafka',
];

/** Values for a Loki that is there. @param more of `loki.external`. */
export const externalLoki = (...more: readonly string[]) => [
  ...['loki.mode=external', 'loki.external.url=https://loki.example', 'loki.external.secretName=login'],
  ...more.map((value) => `loki.external.${value}`),
];

/** What the tests read of a pod. */
export interface PodSpec {
  readonly containers: ReadonlyArray<{
    readonly args?: readonly string[];
    readonly env?: ReadonlyArray<{
      readonly name: string;
      readonly value?: string;
      readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
    }>;
    readonly volumeMounts: ReadonlyArray<{ readonly name: string; readonly mountPath: string }>;
  }>;
  readonly volumes: readonly object[];
}

/** An object of the rendered chart. @param part of its name, behind that of the release. */
export function find(objects: readonly Manifest[], kind: string, part: string): Manifest {
  const found = objects.find((one) => one.kind === kind && one.metadata.name === `${NAMESPACE}-${part}`);
  if (found === undefined) {
    throw new Error(`there is no ${kind} ${NAMESPACE}-${part}`);
  }
  return found;
}

/** The configuration file of a part, as the chart writes it. */
export const configText = (objects: readonly Manifest[], part: string) =>
  (find(objects, 'ConfigMap', part)['data'] as { 'collector.yaml': string })['collector.yaml'];

/** The configuration that the collectors of a part get, as they read it; a value that they refuse is thrown. */
export function configOf(objects: readonly Manifest[], part: string): CollectorConfig {
  return collectorConfig.parse(parse(configText(objects, part)));
}

/** The template of the pods of an object; undefined where it has none. */
export const podOf = (object: Manifest) =>
  (object['spec'] as { template?: { metadata: object; spec: { [field: string]: unknown } } } | undefined)?.template;

/** The same of an object that has one. @param part of the object's name, behind that of the release. */
export const podSpecOf = (objects: readonly Manifest[], kind: string, part: string) =>
  podOf(find(objects, kind, part))!.spec as unknown as PodSpec;

/** What a ConfigMap holds. */
export const dataOf = (object: Manifest) => object['data'] as Record<string, string>;
