import type { FlowRecord } from '@netobserv-flows/schema';
import type { FlowEnd } from './ends';
import type { Datagram, Flow, ReportLoss } from './flow';

/** The stages that a datagram goes through, in this order. */
export interface Stages {
  /** Flows of a datagram; never throws. */
  decode(datagram: Datagram): Flow[];
  /** Adds names to a record, and the ends that it has then to its flow. */
  enrich(record: FlowRecord, flow: Flow): void;
  /** Sets the record's direction, and marks it where another stands for the same packets. */
  mark(record: FlowRecord, receivedMs: number, cameInUnseen?: boolean): void;
  /** Takes the flow to be stored. @param exporter the datagram's, by which it is counted; `AgentIP` may be another. */
  write(flow: Flow, exporter: string): void;
  /** Takes the record to be summed up; with its ends, where they are known. */
  aggregate(record: FlowRecord, source?: FlowEnd, destination?: FlowEnd): void;
}

/** What the pipeline counts. */
export interface PipelineCounts {
  received(exporter: string, bytes: number, receivedMs: number): void;
  /** @param sampling what the last of them said. */
  decoded(exporter: string, flows: number, sampling?: number): void;
  /** A flow with the name of at least one end. */
  enriched(exporter: string): void;
  duplicate(exporter: string): void;
}

/**
 * Flows that are decoded before the first of them goes on. Decoding and what follows are each more code than the
 * processor keeps at hand: going from one to the other and back for each datagram of one flow costs a tenth more.
 */
const AT_ONCE = 32;

/**
 * Makes the way of datagrams: decode, enrich, mark duplicates, store, sum up. Every flow that was decoded is handed to
 * `write` or counted as lost before the call returns.
 */
export function createPipeline(
  stages: Stages,
  counts: PipelineCounts,
  onLoss: ReportLoss
): (datagrams: readonly Datagram[]) => void {
  /** Flows that were decoded, and the datagram of each. */
  const decoded: Flow[] = [];
  const origins: Datagram[] = [];

  const decode = (datagram: Datagram) => {
    const { address, payload, receivedMs } = datagram;
    counts.received(address, payload.length, receivedMs);
    const flows = stages.decode(datagram);
    if (flows.length > 0) {
      counts.decoded(address, flows.length, flows.at(-1)?.record.Sampling);
    }
    for (const flow of flows) {
      decoded.push(flow);
      origins.push(datagram);
    }
  };
  const goOn = (flow: Flow, { address, receivedMs }: Datagram) => {
    try {
      stages.enrich(flow.record, flow);
      stages.mark(flow.record, receivedMs, flow.cameInUnseen);
    } catch (error) {
      // A fault of ours in one record must not end the service for all; it shows in the counter and the log.
      onLoss('internal_error', address, 1, error instanceof Error ? error.stack : String(error));
      return;
    }
    if (flow.record.SrcK8S_Name !== undefined || flow.record.DstK8S_Name !== undefined) {
      counts.enriched(address);
    }
    if (flow.record.Duplicate === true) {
      counts.duplicate(address);
    }
    stages.write(flow, address);
    stages.aggregate(flow.record, flow.source, flow.destination);
  };
  const allGoOn = () => {
    try {
      for (let i = 0; i < decoded.length; i++) {
        goOn(decoded[i]!, origins[i]!);
      }
    } finally {
      decoded.length = 0;
      origins.length = 0;
    }
  };
  return (datagrams) => {
    for (const datagram of datagrams) {
      decode(datagram);
      if (decoded.length >= AT_ONCE) {
        allGoOn();
      }
    }
    allGoOn();
  };
}

/**
 * Makes the way of a datagram whose flows were stored before, by this process or another: it teaches the decoder (its
 * templates, sampling, sequence numbers) and the marking of duplicates; nothing is stored, summed up or counted.
 * @param isLearning set while it is on its way.
 */
export function createLearner(stages: Stages, isLearning: { now: boolean }): (datagram: Datagram) => void {
  return (datagram) => {
    isLearning.now = true;
    try {
      for (const flow of stages.decode(datagram)) {
        stages.enrich(flow.record, flow);
        stages.mark(flow.record, datagram.receivedMs, flow.cameInUnseen);
      }
    } catch {
      // It was told of when the datagram came first; what it teaches is not needed to decode the next one.
    } finally {
      isLearning.now = false;
    }
  };
}
