import { ConfigError, loadYamlFile } from '../config';
import { loadConfig, type CollectorConfig } from '../config/root';
import { inventorySchema } from '../enrich/sources/inventorySchema';
import { KubernetesApi } from '../enrich/sources/kubernetesApi';
import type { KafkaConfig } from '../kafka';
import { connectionOptions } from '../kafka/connection';
import { LokiClient } from '../loki/client';
import { listenText } from '../receive';
import { readTlsFiles } from '../receive/stream/tlsFiles';
import { checkFolder } from '../spool/checkFolder';

/** Where a command reads its settings and writes what it has to say. */
export interface CommandIo {
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/** What a start would need of this host, by part of the configuration; each throws where that is not to be had. */
const NEEDS: ReadonlyArray<(config: CollectorConfig, warn: (warning: string) => void) => unknown> = [
  ({ receive: { tls }, kafka }) => kafka?.role !== 'store' && tls.listen.length > 0 && readTlsFiles(tls),
  ({ kafka }) => kafka && connectionOptions(kafka),
  ({ enrich: { inventory } }) => inventory !== undefined && loadYamlFile(inventory, inventorySchema),
  ({ enrich: { kubernetes } }) => kubernetes.enabled && new KubernetesApi(kubernetes),
  ({ spool: { path } }) => path !== undefined && checkFolder(path),
  ({ loki }, warn) => new LokiClient(loki, warn).close(),
];

/**
 * `check-config FILE`: prints `OK` and what the collector would do, or everything that is wrong: in the file, or else
 * with the files and folders that it names. Whether ports are free, and others can be reached, is not tried.
 * @returns exit code: 0, or 1 where something is wrong.
 */
export async function checkConfigCommand(file: string, io: CommandIo): Promise<number> {
  try {
    const { config, warnings } = loadConfig(file, io.env);
    const warn = (warning: string) => io.stderr.write(`warning: ${warning}\n`);
    await checkNeeds(config, warn);
    warnings.forEach(warn);
    io.stdout.write(`OK\n${summary(config).join('\n')}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof ConfigError)) {
      throw error;
    }
    io.stderr.write(`${error.message}\n`);
    return 1;
  }
}

/** @throws ConfigError with every finding. */
async function checkNeeds(config: CollectorConfig, warn: (warning: string) => void): Promise<void> {
  const lines: string[] = [];
  for (const need of NEEDS) {
    try {
      await need(config, warn);
    } catch (error) {
      if (!(error instanceof ConfigError)) {
        throw error;
      }
      lines.push(...error.lines);
    }
  }
  if (lines.length > 0) {
    throw new ConfigError(lines);
  }
}

/** What the configuration means, without its secrets. */
function summary({ receive, kafka, spool, loki, http, log }: CollectorConfig): string[] {
  const access = loki.basicAuth !== undefined ? `user ${loki.basicAuth.username}` : undefined;
  const token = loki.bearerToken !== undefined || loki.bearerTokenFile !== undefined ? 'a bearer token' : undefined;
  const { origin, pathname } = new URL(loki.url);
  return [
    `receive: ${kafka?.role === 'store' ? 'nothing, flows come from Kafka' : listeners(receive).join('; ')}`,
    ...(kafka === undefined ? [] : [kafkaText(kafka)]),
    `loki: ${origin}${pathname === '/' ? '' : pathname}, as ${access ?? token ?? 'nobody in particular'}, tenant ${loki.tenant ?? 'none'}`,
    `spool: ${spool.path === undefined ? 'none, flows wait for Loki in memory' : `${spool.path}, ${spool.maxBytes} bytes`}`,
    `labels: ${['app', ...Object.keys(loki.extraLabels), ...loki.labels].join(', ')}`,
    `http: ${listenText(http.listen)}`,
    `log: ${log.level}`,
  ];
}

function kafkaText({ role, brokers, topic, tls, sasl, consume }: KafkaConfig): string {
  const way = role === 'store' ? `from topic ${topic}, as one of group ${consume.group}` : `to topic ${topic}`;
  return `kafka: ${brokers.join(', ')}, ${way}, ${tls === undefined ? 'without TLS' : 'by TLS'}, as ${sasl?.username ?? 'nobody in particular'}`;
}

function listeners({ listen, tcp, tls }: CollectorConfig['receive']): string[] {
  const texts = (addresses: typeof listen) => addresses.map(listenText).join(', ');
  return [
    `UDP ${texts(listen)}`,
    ...(tcp.listen.length > 0 ? [`TCP ${texts(tcp.listen)}`] : []),
    ...(tls.listen.length > 0 ? [`TLS ${texts(tls.listen)}`] : []),
  ];
}
