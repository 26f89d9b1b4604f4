import type { FieldName, FlowRecord } from '@netobserv-flows/schema';
import type { FlowEnd } from '../ends';
import { ByteWriter, type Piece } from './bytes';
import { writeField } from './field';

/** Fields that stand together in `LINE_ORDER` and are the same in most flows of an end. */
const HOT = ['K8S_OwnerName', 'K8S_OwnerType', 'K8S_Name', 'Addr'] as const;
const REST = [
  ...(['Mac', 'K8S_Namespace', 'K8S_Type', 'K8S_HostName'] as const),
  ...(['K8S_HostIP', 'K8S_Zone', 'K8S_Service', 'SubnetLabel'] as const),
] as const;

/** The two parts of a line that tell of one end. */
export type Part = 'hot' | 'rest';

/** Bytes of all parts that are remembered; beyond it they are written anew. */
const REMEMBERED_BYTES = 64 * 1024 * 1024;

/**
 * What lines tell of the ends of flows, written once: copying it costs a tenth of writing it. All of it stands in one
 * piece of memory, and ends keep where.
 */
export class LineEnds {
  private readonly written = new ByteWriter(64 * 1024);
  private generation = 1;

  /** @param keyOf the key of a field in a line, with the comma before it; undefined for one that is left out. */
  constructor(private readonly keyOf: (name: FieldName) => Piece | undefined) {}

  /** Writes a part of an end, which is one of `record`. */
  write(part: Part, end: FlowEnd, record: FlowRecord, into: ByteWriter): void {
    if (end.lineGeneration !== this.generation) {
      this.add(end, record);
    }
    if (part === 'hot') {
      into.copy(this.written, end.hotAt, end.restAt);
    } else {
      into.copy(this.written, end.restAt, end.partsEnd);
    }
  }

  private add(end: FlowEnd, record: FlowRecord): void {
    const { written } = this;
    if (written.at > REMEMBERED_BYTES) {
      written.at = 0;
      this.generation++;
    }
    end.lineGeneration = this.generation;
    end.hotAt = written.at;
    this.writeFields(record, end.side, HOT);
    end.restAt = written.at;
    this.writeFields(record, end.side, REST);
    end.partsEnd = written.at;
  }

  private writeFields(record: FlowRecord, side: 'Src' | 'Dst', suffixes: typeof HOT | typeof REST): void {
    for (const suffix of suffixes) {
      const name = `${side}${suffix}` as const;
      writeField(record[name], this.keyOf(name), this.written);
    }
  }
}
