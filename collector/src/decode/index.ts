/** From datagrams to flow records: IPFIX, NetFlow v9 and NetFlow v5. */
export { decodeConfig, type DecodeConfig, type ExporterSettings } from './config';
export { Decoder, type DecodeOptions, type DecodeStats } from './decoder';
export { DecoderState } from './stateFiles';
