import { ConfigError } from '../config';
import { loadConfig, type CollectorConfig } from '../config/root';
import type { KafkaConfig } from '../kafka';
import { connectionOptions } from '../kafka/connection';
import { LokiClient } from '../loki/client';
import { listenText } from '../receive';

/** Where a command reads its settings and writes what it has to say. */
export interface CommandIo {
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/**
 * `check-config FILE`: prints `OK` and what the collector would do, or everything that is wrong.
 * @returns exit code: 0, or 1 where something is wrong.
 */
export async function checkConfigCommand(file: string, io: CommandIo): Promise<number> {
  try {
    const { config, warnings } = loadConfig(file, io.env);
    const warn = (warning: string) => io.stderr.write(`warning: ${warning}\n`);
    await new LokiClient(config.loki, warn).close();
    if (config.kafka !== undefined) {
      connectionOptions(config.kafka);
    }
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
