import type { FlowRecord } from '@netobserv-flows/schema';
import type { FlowEnd } from '../ends';
import type { NamedEnd, ServedEnd } from './clusterIndex';

/** One end of a flow as applications are told by it. */
export interface EndFacts {
  /** Canonical; absent for flows without IP addresses. */
  readonly address?: string;
  readonly port?: number;
  readonly named?: NamedEnd;
  readonly served?: ServedEnd;
}

/** Writes the names of an end into the source fields. */
export function writeSource(record: FlowRecord, end: FlowEnd): void {
  const { subnet, namespace, hostName, hostIP, zone, service } = end;
  if (subnet !== undefined) {
    record.SrcSubnetLabel = subnet;
  }
  if (end.name === undefined) {
    return;
  }
  record.SrcK8S_Name = end.name;
  record.SrcK8S_Type = end.type;
  record.SrcK8S_OwnerName = end.ownerName;
  record.SrcK8S_OwnerType = end.ownerType;
  if (namespace !== undefined) {
    record.SrcK8S_Namespace = namespace;
  }
  if (hostName !== undefined) {
    record.SrcK8S_HostName = hostName;
  }
  if (hostIP !== undefined) {
    record.SrcK8S_HostIP = hostIP;
  }
  if (zone !== undefined) {
    record.SrcK8S_Zone = zone;
  }
  if (service !== undefined) {
    record.SrcK8S_Service = service;
  }
}

/** Writes the names of an end into the destination fields. Spelt out: computed keys cost three times as much. */
export function writeDestination(record: FlowRecord, end: FlowEnd): void {
  const { subnet, namespace, hostName, hostIP, zone, service } = end;
  if (subnet !== undefined) {
    record.DstSubnetLabel = subnet;
  }
  if (end.name === undefined) {
    return;
  }
  record.DstK8S_Name = end.name;
  record.DstK8S_Type = end.type;
  record.DstK8S_OwnerName = end.ownerName;
  record.DstK8S_OwnerType = end.ownerType;
  if (namespace !== undefined) {
    record.DstK8S_Namespace = namespace;
  }
  if (hostName !== undefined) {
    record.DstK8S_HostName = hostName;
  }
  if (hostIP !== undefined) {
    record.DstK8S_HostIP = hostIP;
  }
  if (zone !== undefined) {
    record.DstK8S_Zone = zone;
  }
  if (service !== undefined) {
    record.DstK8S_Service = service;
  }
}
