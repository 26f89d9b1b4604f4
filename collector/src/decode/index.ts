/** From datagrams to flow records: IPFIX, NetFlow v9, NetFlow v5 and sFlow v5. */
export { decodeConfig, exporterLookup, type DecodeConfig, type ExporterSettings } from './config';
export { Decoder, type DecodeOptions, type DecodeStats } from './decoder';
export type { MessageVersion } from './header';
export type { InterfaceCounters, TrafficCounters } from './sflow';
export { DecoderState } from './stateFiles';
