/**
 * The exporters, as a process of its own: sends the datagrams of a cluster's Open vSwitches, one flow each, at a pace.
 * Started by run.ts; told what to send by messages.
 */
import { OvsExporter } from '../../../stack/demo/ovs/exporter';
import { benchCluster, observations } from './cluster';
import { NativeBytes, SendSocket } from './sendSocket';

/** What to send. */
export interface SendOrder {
  readonly port: number;
  readonly exporters: number;
  readonly pods: number;
  /** Datagrams with a flow each. */
  readonly count: number;
  /** Datagrams a second. */
  readonly rate: number;
}

/** What was sent. */
export interface SendReport {
  readonly sent: number;
  readonly seconds: number;
}

/** Different flows; they are sent over and over with new times and sequence numbers. */
const DIFFERENT = 100_000;
const AT_ONCE = 64;
const SEQUENCE_AT = 8;
const EXPORT_TIME_AT = 4;

interface Exporter {
  readonly socket: SendSocket;
  readonly memory: NativeBytes;
  readonly offsets: Uint32Array;
  readonly lengths: Uint16Array;
  sequence: number;
  next: number;
}

function makeExporters({ port, exporters, pods }: SendOrder): Exporter[] {
  const cluster = benchCluster(exporters, pods);
  const nowMs = Date.now();
  const byNode = new Map(cluster.nodes.map((node) => [node, [] as Buffer[]]));
  const makers = new Map(cluster.nodes.map((node) => [node, new OvsExporter()]));
  for (const seen of observations(cluster, DIFFERENT, nowMs)) {
    byNode.get(seen.node)!.push(makers.get(seen.node)!.record(seen));
  }
  return cluster.nodes.map((node) => {
    const datagrams = byNode.get(node)!;
    const memory = new NativeBytes(datagrams.reduce((sum, { length }) => sum + length, 0));
    const offsets = new Uint32Array(datagrams.length);
    const lengths = new Uint16Array(datagrams.length);
    let at = 0;
    datagrams.forEach((datagram, index) => {
      datagram.copy(memory.bytes, at);
      offsets[index] = at;
      lengths[index] = datagram.length;
      at += datagram.length;
    });
    return { socket: new SendSocket(node.exporterAddress, port), memory, offsets, lengths, sequence: 1, next: 0 };
  });
}

/** A new exporter's templates come before its flows. */
function announce({ socket }: Exporter): void {
  const datagrams = new OvsExporter().announce(Math.floor(Date.now() / 1000));
  for (const datagram of datagrams) {
    const memory = new NativeBytes(datagram.length);
    datagram.copy(memory.bytes);
    socket.send(memory, Uint32Array.of(0), Uint16Array.of(datagram.length), 0, 1);
  }
}

function sendSome(exporter: Exporter, wanted: number, exportSeconds: number): number {
  const { memory, offsets, lengths } = exporter;
  const count = Math.min(wanted, AT_ONCE, offsets.length - exporter.next);
  for (let i = 0; i < count; i++) {
    const at = offsets[exporter.next + i]!;
    memory.bytes.writeUInt32BE(exportSeconds, at + EXPORT_TIME_AT);
    memory.bytes.writeUInt32BE((exporter.sequence + i) >>> 0, at + SEQUENCE_AT);
  }
  const sent = exporter.socket.send(memory, offsets, lengths, exporter.next, count);
  exporter.sequence += sent;
  exporter.next = (exporter.next + sent) % offsets.length;
  return sent;
}

const waiting = new Int32Array(new SharedArrayBuffer(4));

function sendAll(order: SendOrder, exporters: Exporter[]): SendReport {
  const started = performance.now();
  let sent = 0;
  let turn = 0;
  while (sent < order.count) {
    const due = Math.min(order.count, Math.floor(((performance.now() - started) / 1000) * order.rate));
    if (due - sent < Math.min(AT_ONCE, order.count - sent)) {
      Atomics.wait(waiting, 0, 0, 0.5);
      continue;
    }
    const exportSeconds = Math.ceil(Date.now() / 1000);
    while (sent < due) {
      // So few at once of each that they come mixed, as from real nodes.
      const share = order.exporters === 1 ? AT_ONCE : 8;
      sent += sendSome(exporters[turn++ % exporters.length]!, Math.min(share, due - sent), exportSeconds);
    }
  }
  return { sent, seconds: (performance.now() - started) / 1000 };
}

let exporters: Exporter[] = [];
process.on('message', (message: { prepare: SendOrder } | { go: SendOrder }) => {
  if ('prepare' in message) {
    exporters = makeExporters(message.prepare);
    exporters.forEach(announce);
    process.send?.({ ready: true });
  } else {
    process.send?.({ report: sendAll(message.go, exporters) });
  }
});
