import type { KnownFlow } from '../../data/flowRow';
import { formatByteRate, formatBytes, formatCount, formatPort, formatProtocol, type RecordSource } from '../../flow';

const MS_PER_S = 1000;

/** One end of a flow as people name it: `namespace/name`, else its workload, address or MAC. */
export function endName(flow: KnownFlow, side: 'Src' | 'Dst'): string {
  const name = flow[`${side}K8S_Name`] ?? flow[`${side}K8S_OwnerName`];
  const namespace = flow[`${side}K8S_Namespace`];
  if (name !== undefined) {
    return namespace === undefined ? name : `${namespace}/${name}`;
  }
  return flow[`${side}Addr`] ?? flow[`${side}Mac`] ?? 'unknown';
}

/** `namespace/name:443 (https)`: an end and its port. */
export function endWithPort(flow: KnownFlow, side: 'Src' | 'Dst'): string {
  const port = flow[`${side}Port`];
  const name = endName(flow, side);
  return port === undefined ? name : `${name.includes(':') ? `[${name}]` : name}:${formatPort(port, flow.Proto)}`;
}

function durationText(ms: number): string {
  return ms < MS_PER_S ? `${ms} ms` : `${(ms / MS_PER_S).toFixed(ms < 10 * MS_PER_S ? 1 : 0)} s`;
}

/** What sampling means for the figures of a flow: our collector scales them, NetObserv's does not. */
function samplingText({ Sampling = 1 }: KnownFlow, recordSource: RecordSource): string {
  if (Sampling <= 1) {
    return '';
  }
  return recordSource === 'netobserv'
    ? `not scaled from 1 in ${Sampling} packets: real traffic is about ${Sampling} times as much`
    : `estimated from 1 in ${Sampling} packets`;
}

/**
 * A flow in a sentence: `TCP, 1.50 MB in 12 packets over 20 s (75.0 kB/s)`.
 * @param recordSource whose collector wrote it.
 */
export function describeFlow(flow: KnownFlow, recordSource: RecordSource = 'own'): string {
  const { Bytes, Packets, Proto, TimeFlowStartMs, TimeFlowEndMs } = flow;
  const duration =
    TimeFlowStartMs !== undefined && TimeFlowEndMs !== undefined ? TimeFlowEndMs - TimeFlowStartMs : undefined;
  const volume = [
    Bytes === undefined ? undefined : formatBytes(Bytes),
    Packets === undefined ? undefined : `in ${formatCount(Packets)} packet${Packets === 1 ? '' : 's'}`,
    duration === undefined || duration <= 0 ? undefined : `over ${durationText(duration)}`,
    Bytes === undefined || duration === undefined || duration <= 0
      ? undefined
      : `(${formatByteRate((Bytes * MS_PER_S) / duration)})`,
  ].filter((part) => part !== undefined);
  return [Proto === undefined ? '' : formatProtocol(Proto), volume.join(' '), samplingText(flow, recordSource)]
    .filter((part) => part !== '')
    .join(', ');
}
