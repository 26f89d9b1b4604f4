import { LINE_ORDER, type FieldName, type FlowRecord } from '@netobserv-flows/schema';
import { FlowEnds, type FlowEnd } from '../ends';
import { pieceOf, type ByteWriter, type Piece } from './bytes';
import { LineEnds } from './ends';
import { writeField } from './field';

const OPEN = 0x7b;
const CLOSE = 0x7d;

/** A line that is no flow: of a rollup, or of the collector's report on itself. */
export interface PlainLine {
  readonly labels: ReadonlyArray<readonly [name: string, value: string]>;
  /** Milliseconds of its timestamp, since the Unix epoch. */
  readonly ms: number;
  /** Its nanosecond digits below a millisecond, 0 to 999,999. */
  readonly subMs: number;
  readonly line: string;
}

/** Writes the line of a record; its ends are found where they are not given. */
export type WriteLine = (record: FlowRecord, into: ByteWriter, source?: FlowEnd, destination?: FlowEnd) => void;

/**
 * Makes the writer of stored lines: a JSON object with the fields of a record that have a value, in `LINE_ORDER`.
 * @param labels fields that are labels of the stream and so are left out.
 * @param flowEnds where the ends of flows are recognised that come without them.
 */
export function lineWriter(labels: readonly FieldName[], flowEnds: FlowEnds = new FlowEnds()): WriteLine {
  const keys = Object.fromEntries(
    LINE_ORDER.map((name) => [name, labels.includes(name) ? undefined : pieceOf(`,"${name}":`)])
  ) as Keys;
  const ends = new LineEnds((name) => keys[name]);
  return (record, into, source = flowEnds.source(record), destination = flowEnds.destination(record)) => {
    const start = into.at;
    writeFields(record, keys, ends, source, destination, into);
    into.reserve(2);
    if (into.at === start) {
      into.byte(OPEN);
    }
    // The comma before the first field.
    into.bytes[start] = OPEN;
    into.byte(CLOSE);
  };
}

/** The keys of a line by field, each with the comma before it; undefined for one that is left out. */
type Keys = Readonly<Record<FieldName, Piece | undefined>>;

/**
 * Writes all fields in `LINE_ORDER`: spelt out, as going through the names of a record takes ten times as long as
 * reading fields that are known by name. Fields that tell of an end are written with the first of their part.
 */
function writeFields(
  record: FlowRecord,
  keys: Keys,
  ends: LineEnds,
  source: FlowEnd,
  destination: FlowEnd,
  into: ByteWriter
): void {
  writeField(record.Bytes, keys.Bytes, into);
  writeField(record.Packets, keys.Packets, into);
  ends.write('hot', source, record, into);
  ends.write('hot', destination, record, into);
  writeField(record.SrcPort, keys.SrcPort, into);
  writeField(record.DstPort, keys.DstPort, into);
  writeField(record.Proto, keys.Proto, into);
  ends.write('rest', source, record, into);
  ends.write('rest', destination, record, into);
  writeField(record.TimeFlowStartMs, keys.TimeFlowStartMs, into);
  writeField(record.TimeFlowEndMs, keys.TimeFlowEndMs, into);
  writeField(record.TimeReceived, keys.TimeReceived, into);
  writeField(record.Flags, keys.Flags, into);
  writeField(record.IcmpType, keys.IcmpType, into);
  writeField(record.IcmpCode, keys.IcmpCode, into);
  writeField(record.Dscp, keys.Dscp, into);
  writeField(record.Etype, keys.Etype, into);
  writeField(record.VlanId, keys.VlanId, into);
  writeField(record.CustomerVlanId, keys.CustomerVlanId, into);
  writeField(record.MplsLabels, keys.MplsLabels, into);
  writeField(record.IngressVRFID, keys.IngressVRFID, into);
  writeField(record.EgressVRFID, keys.EgressVRFID, into);
  writeField(record.Interfaces, keys.Interfaces, into);
  writeField(record.IfDirections, keys.IfDirections, into);
  writeField(record.XlatSrcAddr, keys.XlatSrcAddr, into);
  writeField(record.XlatDstAddr, keys.XlatDstAddr, into);
  writeField(record.XlatSrcPort, keys.XlatSrcPort, into);
  writeField(record.XlatDstPort, keys.XlatDstPort, into);
  writeField(record.TunnelSrcAddr, keys.TunnelSrcAddr, into);
  writeField(record.TunnelDstAddr, keys.TunnelDstAddr, into);
  writeField(record.TunnelSrcPort, keys.TunnelSrcPort, into);
  writeField(record.TunnelDstPort, keys.TunnelDstPort, into);
  writeField(record.TunnelType, keys.TunnelType, into);
  writeField(record.TunnelKey, keys.TunnelKey, into);
  writeField(record.TunnelProto, keys.TunnelProto, into);
  writeField(record.Sampling, keys.Sampling, into);
  writeField(record.PktDropBytes, keys.PktDropBytes, into);
  writeField(record.PktDropPackets, keys.PktDropPackets, into);
  writeField(record.PktDropLatestDropCause, keys.PktDropLatestDropCause, into);
  writeField(record.AgentIP, keys.AgentIP, into);
  writeField(record.ObservationDomainId, keys.ObservationDomainId, into);
  writeField(record.FlowDirection, keys.FlowDirection, into);
  writeField(record.Duplicate, keys.Duplicate, into);
  writeField(record.Application, keys.Application, into);
  writeField(record.K8S_FlowLayer, keys.K8S_FlowLayer, into);
}

/** `line`, a JSON object, with the members of `members` (JSON, without braces) at its end. */
export function extendLine(line: string, members: string): string {
  if (members === '') {
    return line;
  }
  return line === '{}' ? `{${members}}` : `${line.slice(0, -1)},${members}}`;
}

/** The same for the line that was written last, from `start` on. */
export function extendWritten(into: ByteWriter, start: number, members: string): void {
  if (members !== '') {
    into.at--;
    into.text(into.at === start + 1 ? `${members}}` : `,${members}}`);
  }
}
