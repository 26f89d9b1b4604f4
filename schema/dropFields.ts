import type { FieldDefinition } from './definition';

/** What an exporter saw and did not forward; a part of the dictionary in `fields.ts`. */
export const DROP_FIELDS = [
  {
    name: 'PktDropBytes',
    group: 'volume',
    type: 'integer',
    unit: 'bytes',
    title: 'Dropped bytes',
    description: 'Bytes of the packets that the exporter dropped, sampling accounted for.',
    source: 'discarded packets of sFlow; IE 132 droppedOctetDeltaCount; all where IE 89 forwardingStatus says dropped',
  },
  {
    name: 'PktDropPackets',
    group: 'volume',
    type: 'integer',
    unit: 'packets',
    title: 'Dropped packets',
    description: 'Packets that the exporter dropped, sampling accounted for.',
    source: 'discarded packets of sFlow; IE 133 droppedPacketDeltaCount; all where IE 89 forwardingStatus says dropped',
  },
  {
    name: 'PktDropLatestDropCause',
    group: 'volume',
    type: 'string',
    title: 'Drop cause',
    description:
      'Why the exporter dropped the packets: the name, or number, of sFlow’s drop_reason or of IPFIX’ forwarding status.',
    source: 'the reason of discarded packets of sFlow; IE 89 forwardingStatus',
  },
] as const satisfies readonly FieldDefinition[];
