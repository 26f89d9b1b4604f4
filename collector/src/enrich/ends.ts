import type { FlowRecord } from '@netobserv-flows/schema';
import type { NamedEnd, ServedEnd } from './clusterIndex';

/** One end of a flow, with all that is known of it. */
export interface FlowEnd {
  /** Canonical; absent for flows without IP addresses. */
  readonly address?: string;
  readonly port?: number;
  readonly named?: NamedEnd;
  readonly served?: ServedEnd;
}

/** Writes the names of an end into the source fields. */
export function writeSource(record: FlowRecord, { named, served }: FlowEnd, subnet: string | undefined): void {
  if (subnet !== undefined) {
    record.SrcSubnetLabel = subnet;
  }
  if (named === undefined) {
    return;
  }
  record.SrcK8S_Name = named.name;
  record.SrcK8S_Type = named.type;
  record.SrcK8S_OwnerName = named.ownerName;
  record.SrcK8S_OwnerType = named.ownerType;
  if (named.namespace !== undefined) {
    record.SrcK8S_Namespace = named.namespace;
  }
  if (named.hostName !== undefined) {
    record.SrcK8S_HostName = named.hostName;
  }
  if (named.hostIP !== undefined) {
    record.SrcK8S_HostIP = named.hostIP;
  }
  if (named.zone !== undefined) {
    record.SrcK8S_Zone = named.zone;
  }
  if (served !== undefined) {
    record.SrcK8S_Service = served.name;
  }
}

/** Writes the names of an end into the destination fields. Spelt out: computed keys cost three times as much. */
export function writeDestination(record: FlowRecord, { named, served }: FlowEnd, subnet: string | undefined): void {
  if (subnet !== undefined) {
    record.DstSubnetLabel = subnet;
  }
  if (named === undefined) {
    return;
  }
  record.DstK8S_Name = named.name;
  record.DstK8S_Type = named.type;
  record.DstK8S_OwnerName = named.ownerName;
  record.DstK8S_OwnerType = named.ownerType;
  if (named.namespace !== undefined) {
    record.DstK8S_Namespace = named.namespace;
  }
  if (named.hostName !== undefined) {
    record.DstK8S_HostName = named.hostName;
  }
  if (named.hostIP !== undefined) {
    record.DstK8S_HostIP = named.hostIP;
  }
  if (named.zone !== undefined) {
    record.DstK8S_Zone = named.zone;
  }
  if (served !== undefined) {
    record.DstK8S_Service = served.name;
  }
}
