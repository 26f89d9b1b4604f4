import type { Logger } from 'pino';
import { Aggregator } from './aggregate';
import { ClockWatch } from './clocks';
import type { CollectorConfig } from './config/root';
import { CountingWatch } from './counting';
import { Counts } from './counts';
import { Decoder, DecoderState, exporterLookup } from './decode';
import { Deduplicator } from './dedup';
import { Enricher } from './enrich';
import { FlowEnds } from './ends';
import { FirstNames } from './firstNames';
import type { Datagram, ReportLoss } from './flow';
import { StatusServer, type Readiness } from './http';
import { connectKafka, type KafkaLink } from './kafka';
import { Interfaces } from './interfaces';
import { RollupKeeper } from './keeper';
import { RateLimit } from './log';
import { LokiWriter, type LokiEvents, type LokiStats } from './loki';
import { createMetrics, type Metrics } from './metrics';
import { createLearner, createPipeline, type Stages } from './pipeline';
import { Rate } from './rate';
import { listenText, Receiver, type Listen } from './receive';
import { PushTimes } from './pushTimes';
import { Report } from './report';
import { statusOf, type Status } from './status';

/** How often Kafka is asked for the lag. */
const KAFKA_SAMPLE_MS = 10_000;

/** A collector that receives. */
export interface Collector {
  /** Where exporters can send to. */
  readonly udp: readonly Listen[];
  readonly tcp: readonly Listen[];
  readonly tls: readonly Listen[];
  readonly httpPort: number;
  status(): Status;
  /** Takes in a datagram that did not come by a socket: one of a capture. */
  feed(datagram: Datagram): void;
  /** Waits for the first names, up to a minute. @returns what is missing then; undefined where nothing is. */
  awaitNames(): Promise<string | undefined>;
  /** Stops receiving, sends what is left to Loki for at most `loki.drainMs`, and ends everything. */
  stop(): Promise<void>;
}

/**
 * Starts the collector: everything that makes the way of a flow, put together. It receives at once, whether Loki and
 * Kubernetes can be reached or not; readiness tells when they are.
 * @throws Error, ConfigError with the remedy where a port is taken or a file that the settings name is not sound.
 */
export async function startCollector(config: CollectorConfig, log: Logger): Promise<Collector> {
  const startedMs = Date.now();
  const counts = new Counts();
  const interfaces = new Interfaces();
  const isLearning = { now: false };
  const onLoss = lossReporter(counts, log, isLearning);
  const undo: Array<() => unknown> = [];
  try {
    const ends = new FlowEnds();
    const enricher = await Enricher.start(config.enrich, log, Date.now, ends);
    undo.push(() => enricher.stop());
    const firstNames = new FirstNames(() => enricher.ready());
    const decoder = new Decoder({
      ...config.decode,
      onLoss,
      onInterface: (...heard) => (isLearning.now ? undefined : interfaces.heard(...heard)),
      onMessage: (...message) => (isLearning.now ? undefined : counts.message(...message)),
    });
    decoder.tick(startedMs);
    const settingsOf = exporterLookup(config.decode.exporters);
    const nodeOf = (address: string) => settingsOf(address)?.node ?? enricher.nodeOfExporter(address);
    const deduplicator = new Deduplicator(config.dedup, nodeOf);
    let metrics: Metrics | undefined;
    const pushTimes = new PushTimes();
    const onPush: Metrics['push'] = (result, seconds) => {
      pushTimes.add(seconds);
      metrics?.push(result, seconds);
    };
    const writer = new LokiWriter(
      config.loki,
      lokiEvents(counts, lossOfWriter(config, onLoss), log, onPush),
      config.spool,
      ends
    );
    undo.push(() => writer.close(0));
    const noticeState = noticeTo(log);
    const state =
      config.spool.path === undefined
        ? undefined
        : DecoderState.start(config.spool.path, decoder, (level, message) => noticeState(level, message, message));
    undo.push(() => state?.close());
    const aggregator = new Aggregator(config.aggregate, (line) => writer.writeLine(line, 'rollup'), Date.now, ends);
    const keeper = new RollupKeeper(aggregator, config.aggregate, log);

    const stages: Stages = {
      decode: (datagram) => decoder.decode(datagram),
      enrich: (record, flow) => enricher.enrich(record, flow),
      mark: (record, receivedMs, unseen) => deduplicator.mark(record, receivedMs, unseen),
      write: (flow, exporter) => writer.write(flow, exporter),
      aggregate: guarded((record, source, destination) => aggregator.add(record, source, destination), log),
    };
    const feedAll = createPipeline(stages, counts, onLoss);
    const feed = (datagram: Datagram) => feedAll([datagram]);
    const endSession = (address: string, session: string) => decoder.endSession(address, session);
    const kafka =
      config.kafka &&
      connectKafka(config.kafka, {
        feed,
        learn: createLearner(stages, isLearning),
        endSession,
        durable: () => writer.durable(),
        // What is in Kafka can wait for the names of its flows.
        isFull: () => firstNames.areDue || isFull(writer.stats, config),
        onLoss,
        onNotice: noticeTo(log),
      });
    undo.push(() => kafka?.close(0));
    const receiver = await Receiver.open(receiveOf(config), {
      onDatagrams: sendTo(kafka, counts) ?? feedAll,
      onSessionEnd: kafka?.endSession ?? endSession,
      onLoss,
      rateOf: (address) => settingsOf(address)?.datagramsPerSecond,
    });
    undo.push(() => receiver.close());
    warnOfSmallBuffer(config, receiver, log);
    const { name: method, reason: why } = receiver.method;

    const readiness = (): Record<string, Readiness> => ({
      loki: writer.ready(),
      enrich: enricher.ready(),
      ...(kafka && { kafka: kafka.ready() }),
    });
    const nameOf = (address: string) => settingsOf(address)?.name ?? nodeOf(address);
    const clocks = new ClockWatch({ counts, nameOf, log, maxSkewMs: config.decode.maxClockSkewMs });
    const counting = new CountingWatch({ config: config.dedup, stats: () => deduplicator.stats, log });
    const rate = new Rate();
    let kernelDrops: Map<number, number> | undefined;
    const sample = async () => {
      const nowMs = Date.now();
      decoder.tick(nowMs);
      rate.sample(counts.total('decoded'), nowMs);
      counts.sample(nowMs);
      clocks.check(nowMs);
      counting.check(nowMs);
      kernelDrops = await receiver.kernelDrops();
    };
    await sample();
    const sampler = setInterval(() => {
      void sample();
      keeper.tick();
    }, 1000);
    undo.push(() => clearInterval(sampler));
    const kafkaSampler = setInterval(() => void kafka?.sample(), KAFKA_SAMPLE_MS);
    undo.push(() => clearInterval(kafkaSampler));
    const listen = receiver.listening;
    const status = () =>
      statusOf(counts, writer.stats, readiness(), {
        uptimeSeconds: Math.round((Date.now() - startedMs) / 1000),
        listen,
        flowsPerSecond: rate.perSecond,
        nameOf,
        kernelDrops: kernelDrops && [...kernelDrops.values()].reduce((sum, count) => sum + count, 0),
        templates: decoder.stats().knownTemplates,
        waitingSets: decoder.stats().waitingSets,
      });
    const sources = {
      counts,
      nameOf,
      loki: () => writer.stats,
      pushTimes,
      dedup: () => deduplicator.stats,
      aggregate: () => aggregator.stats,
      templates: () => decoder.stats().knownTemplates,
      connections: () => receiver.connections,
      interfaces: () => interfaces.all(Date.now()),
      counterSamples: () => decoder.stats().counterSamples,
      waitingSets: () => decoder.stats().waitingSets,
      kernelDrops: () => receiver.kernelDrops(),
      ...(kafka && { kafka: () => kafka.stats() }),
    };
    metrics = createMetrics(sources);
    const report = new Report(sources, startedMs);
    const sendReport = async () => {
      try {
        (await report.lines(Date.now())).forEach((line) => writer.writeLine(line, 'report'));
      } catch (error) {
        log.warn({ error: String(error) }, 'could not report to Loki');
      }
    };
    const reporter = config.report.enabled
      ? setInterval(() => void sendReport(), config.report.intervalSeconds * 1000)
      : undefined;
    undo.push(() => clearInterval(reporter));
    const { text, contentType } = metrics;
    const http = await StatusServer.start(config.http.listen, {
      readiness,
      metrics: text,
      metricsType: contentType,
      status,
    });
    const streams = listen.slice(receiver.addresses.length);
    const udp = receiver.addresses.map(listenText);
    if (listen.length > 0) {
      log.info({ udp, method, why, streams: streams.length > 0 ? streams : undefined, http: http.port }, 'receiving');
    } else {
      log.info({ topic: config.kafka?.topic, http: http.port }, 'storing what is in Kafka');
    }

    return {
      udp: receiver.addresses,
      tcp: receiver.streamAddresses('tcp'),
      tls: receiver.streamAddresses('tls'),
      httpPort: http.port,
      status,
      feed,
      awaitNames: () => firstNames.wait(),
      stop: async () => {
        await receiver.close();
        await kafka?.stop();
        clearInterval(sampler);
        clearInterval(kafkaSampler);
        if (state !== undefined) {
          await state.close();
        } else if (config.kafka?.role !== 'store') {
          // Behind Kafka, who takes over reads what waits once more, as far back as its warm-up goes.
          decoder.giveUpWaiting('the collector ended');
        }
        clearInterval(reporter);
        keeper.end();
        if (config.report.enabled) {
          await sendReport();
        }
        const sent = kafka?.send && kafka.close(config.loki.drainMs);
        await writer.close(config.loki.drainMs);
        await (sent ?? kafka?.close(config.loki.drainMs));
        enricher.stop();
        await http.close();
        const { decoded, stored, lost } = status();
        log.info({ decoded, stored, lost }, 'stopped');
      },
    };
  } catch (error) {
    for (const step of undo.reverse()) {
      await step();
    }
    throw error;
  }
}

/** A fault of ours in summing up must not end the service, nor cost the flow, which is stored already. */
function guarded(add: Stages['aggregate'], log: Logger): Stages['aggregate'] {
  const limit = new RateLimit();
  return (record, source, destination) => {
    try {
      add(record, source, destination);
    } catch (error) {
      limit.allow('aggregate', (suppressed) => log.error({ err: error, suppressed }, 'a flow could not be summed up'));
    }
  };
}

/** What is read back from Kafka to learn from was counted when it came first. */
function lossReporter(counts: Counts, log: Logger, isLearning: { readonly now: boolean }): ReportLoss {
  const limit = new RateLimit();
  return (reason, exporter, count, detail) => {
    if (isLearning.now) {
      return;
    }
    counts.lost(reason, exporter, count);
    limit.allow(`${reason} ${exporter}`, (suppressed) => {
      log.warn({ reason, exporter, count, detail, suppressed: suppressed > 0 ? suppressed : undefined }, 'lost');
    });
  };
}

function lokiEvents(counts: Counts, onLoss: ReportLoss, log: Logger, onPush: Metrics['push']): LokiEvents {
  const onStored: LokiEvents['onStored'] = (exporter, flows) => counts.stored(exporter, flows);
  return { onLoss, onPush, onStored, onNotice: noticeTo(log) };
}

/** Where the flows came out of Kafka, those that Loki has not taken at the end are not committed: others read them. */
function lossOfWriter({ kafka }: CollectorConfig, onLoss: ReportLoss): ReportLoss {
  return (reason, ...rest) => {
    if (kafka?.role !== 'store' || reason !== 'shutdown') {
      onLoss(reason, ...rest);
    }
  };
}

/** Whether half of what may wait for Loki is in use: more is better left in Kafka. */
function isFull({ queueBytes, spool }: LokiStats, config: CollectorConfig): boolean {
  return queueBytes * 2 > config.loki.queueBytes || (spool?.bytes ?? 0) * 2 > config.spool.maxBytes;
}

/** A collector that stores what is in Kafka listens to no exporter. */
function receiveOf({ kafka, receive }: CollectorConfig): CollectorConfig['receive'] {
  return kafka?.role === 'store'
    ? {
        ...receive,
        method: 'dgram',
        listen: [],
        tcp: { ...receive.tcp, listen: [] },
        tls: { ...receive.tls, listen: [] },
      }
    : receive;
}

/** Sends to Kafka and counts what was received; undefined where nothing is sent there. */
function sendTo(kafka: KafkaLink | undefined, counts: Counts): ((datagrams: readonly Datagram[]) => void) | undefined {
  const send = kafka?.send;
  return (
    send &&
    ((datagrams) => {
      for (const datagram of datagrams) {
        counts.received(datagram.address, datagram.payload.length, datagram.receivedMs);
        send(datagram);
      }
    })
  );
}

/** Messages of a kind, once a minute. */
function noticeTo(log: Logger): (level: 'info' | 'warn', key: string, message: string) => void {
  const limit = new RateLimit();
  return (level, key, message) => {
    limit.allow(key, (suppressed) => log[level](suppressed > 0 ? { suppressed } : {}, message));
  };
}

/** Linux grants twice of what it gives, for its own bookkeeping. */
function warnOfSmallBuffer({ receive }: CollectorConfig, receiver: Receiver, log: Logger): void {
  if (receiver.bufferBytes < receive.socketBufferBytes) {
    log.info(
      { asked: receive.socketBufferBytes, got: receiver.bufferBytes },
      'the kernel gave a smaller UDP buffer than receive.socketBufferBytes: raise the sysctl net.core.rmem_max where bursts get lost'
    );
  }
}
