import type { Datagram } from '../../flow';
import type { Session } from '../session';
import { uint32 } from '../values';
import type { Agent, SflowAgents } from './agents';
import { addressAt, afterAddress } from './flowRecords';
import { readCounters, type InterfaceCounters, type OnInterface } from './counters';
import { decodeSample, type SampleForm } from './sample';

export { SflowAgents } from './agents';
export type { InterfaceCounters, OnInterface, TrafficCounters } from './counters';

const VERSION_FIELD = 4;
/** Sub-agent, sequence number, uptime, number of samples. */
const REST_OF_HEADER = 16;
const SAMPLE_HEADER = 8;

/** Formats of enterprise 0, as the upper 20 bits of a sample's format are 0. */
const FLOW_FORMS: ReadonlyMap<number, SampleForm> = new Map<number, SampleForm>([
  [1, 'compact'],
  [3, 'expanded'],
  [5, 'discarded'],
]);
const COUNTER_FORMS: ReadonlyMap<number, 'compact' | 'expanded'> = new Map([
  [2, 'compact'],
  [4, 'expanded'],
] as const);

/** What an sFlow datagram tells of beside its flows. */
export interface SflowPort {
  /** Samples that are missing. */
  readonly agents: SflowAgents;
  readonly onInterface: OnInterface | undefined;
}

/** Where the samples of a datagram go. */
interface Target {
  readonly session: Session;
  readonly agent: Agent | undefined;
  readonly onCounters: (counters: InterfaceCounters) => void;
}

/**
 * Decodes an sFlow version 5 datagram (sFlow.org, sFlow Version 5, 'sFlow Datagram'). Each sample of a packet becomes
 * a flow of the time of arrival; counter samples tell of interfaces. The sub-agent stands for the observation domain.
 * @param port takes in what is said beside the flows.
 * @param from source address of the datagram, and when it was received.
 * @returns whether its header could be read.
 */
export function decodeSflow(
  bytes: Buffer,
  session: Session,
  port: SflowPort,
  { address, receivedMs }: Pick<Datagram, 'address' | 'receivedMs'>
): boolean {
  const end = bytes.length;
  const header = afterAddress(bytes, VERSION_FIELD, end);
  if (header === undefined || header + REST_OF_HEADER > end) {
    session.lose('malformed', 1, `an sFlow datagram of ${end} bytes ends inside its header, or has no agent address`);
    return false;
  }
  const [v4, v6] = addressAt(bytes, VERSION_FIELD);
  const [agentAddress, subAgent] = [v4 ?? v6, uint32(bytes, header)];
  session.beginSflow({ agent: agentAddress, domain: subAgent, sequence: uint32(bytes, header + 4) });
  const agent = port.agents.agentOf({ address, agent: agentAddress, subAgent }, receivedMs);
  agent?.begin(uint32(bytes, header + 8), receivedMs);
  const onCounters = (counters: InterfaceCounters) => port.onInterface?.(session.agentAddress, counters, receivedMs);
  readSamples(bytes, header + REST_OF_HEADER - 4, { session, agent, onCounters });
  agent?.end();
  return true;
}

/** @param start where the number of samples stands. */
function readSamples(bytes: Buffer, start: number, target: Target): void {
  const { session } = target;
  const end = bytes.length;
  const count = uint32(bytes, start);
  let at = start + 4;
  for (let index = 0; index < count; index++) {
    const length = at + SAMPLE_HEADER <= end ? uint32(bytes, at + 4) : Infinity;
    if (at + SAMPLE_HEADER + length > end) {
      session.lose('malformed', 1, `an sFlow datagram of ${count} samples ends inside sample ${index + 1}`);
      return;
    }
    readSample(bytes, uint32(bytes, at), at + SAMPLE_HEADER, at + SAMPLE_HEADER + length, target);
    at += SAMPLE_HEADER + length;
  }
}

function readSample(
  bytes: Buffer,
  format: number,
  at: number,
  end: number,
  { session, agent, onCounters }: Target
): void {
  const form = FLOW_FORMS.get(format);
  if (form !== undefined) {
    decodeSample(bytes, at, end, form, session, agent);
    return;
  }
  const counterForm = COUNTER_FORMS.get(format);
  if (counterForm !== undefined) {
    session.counterSamples++;
    const { counters, complete } = readCounters(bytes, at, end, counterForm);
    if (!complete) {
      session.lose('malformed', 1, 'an sFlow sample of counters ends inside one of its records');
    }
    if (counters !== undefined) {
      onCounters(counters);
    }
  } else {
    const [enterprise, number] = [format >>> 12, format & 0xfff];
    session.lose('not_a_flow', 1, `an sFlow sample of enterprise ${enterprise}, format ${number}, is none of packets`);
  }
}
