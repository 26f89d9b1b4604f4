import { Room } from '../room';
import { Source } from './source';

/** An agent whose uptime went back, by more than datagrams overtake each other, has started anew. */
const RESTART_MS = 10_000;
/** Classes of data sources: ifIndex, smonVlanDataSource, entPhysicalEntry (sFlow Version 5, 'sFlowDataSource'). */
const CLASSES = 3;
const WORD = 2 ** 32;

/** What a sample says of itself and of those before it. */
export interface SampleNumbers {
  readonly sourceClass: number;
  readonly sourceIndex: number;
  /** Number of the sample, by its source. */
  readonly sequence: number;
  /** Samples that the agent has dropped for want of resources since it started. */
  readonly drops: number;
}

/** Where an sFlow datagram comes from. */
export interface SflowOrigin {
  /** Source address of the datagram. */
  readonly address: string;
  /** The address that the datagram itself names: a relay sends those of several agents. */
  readonly agent: string | undefined;
  readonly subAgent: number;
}

/** Told of samples that are missing: lost on the way (`sequence_gap`), or dropped by the agent (`agent_drops`). */
export type OnMissing = (
  reason: 'sequence_gap' | 'agent_drops',
  address: string,
  count: number,
  detail: string
) => void;

/** The data sources of one agent and sub-agent. */
export class Agent {
  private readonly sources = new Map<number, Source>();
  private readonly inDatagram: Source[] = [];
  private uptimeMs = 0;
  /** When it was last heard of, milliseconds since the Unix epoch. */
  lastMs = 0;

  constructor(
    readonly origin: SflowOrigin,
    private readonly owner: SflowAgents
  ) {}

  /** Data sources that are followed. */
  get size(): number {
    return this.sources.size;
  }

  /** Starts a datagram. @param uptimeMs since the agent started, 32 bits. */
  begin(uptimeMs: number, nowMs: number): void {
    if (uptimeMs + RESTART_MS < this.uptimeMs) {
      this.sources.forEach((source) => source.restart());
    }
    this.uptimeMs = uptimeMs;
    this.lastMs = nowMs;
  }

  /**
   * Takes in what a sample says.
   * @param discarded a discarded_packet: they are numbered by themselves.
   */
  sample({ sourceClass, sourceIndex, sequence, drops }: SampleNumbers, discarded: boolean): void {
    const source = this.sourceOf(sourceClass, sourceIndex, discarded);
    if (source === undefined) {
      return;
    }
    const { dropped, isFirst } = source.take(sequence, drops);
    if (isFirst) {
      this.inDatagram.push(source);
    }
    if (dropped > 0) {
      const remedy = 'have it sample one of more packets';
      const detail = `the sFlow agent dropped ${dropped} for want of resources: ${source.name}; ${remedy}`;
      this.owner.onMissing('agent_drops', this.origin.address, dropped, detail);
    }
  }

  /** Ends the datagram. */
  end(): void {
    for (const source of this.inDatagram) {
      const gap = source.endDatagram(this.lastMs);
      if (gap !== undefined) {
        this.owner.onMissing(
          'sequence_gap',
          this.origin.address,
          gap.lost,
          `${gap.lost} did not arrive: ${source.name}`
        );
      }
    }
    this.inDatagram.length = 0;
  }

  private sourceOf(sourceClass: number, sourceIndex: number, discarded: boolean): Source | undefined {
    if (sourceClass >= CLASSES) {
      return undefined;
    }
    const key = (sourceClass * 2 + (discarded ? 1 : 0)) * WORD + sourceIndex;
    let source = this.sources.get(key);
    if (source === undefined && this.owner.room.take(this.lastMs)) {
      const { agent, subAgent } = this.origin;
      const what = discarded ? 'notifications of discarded packets' : 'samples';
      source = new Source(
        `${what} of data source ${sourceClass}:${sourceIndex}, agent ${agent ?? 'unnamed'}, sub-agent ${subAgent}`
      );
      this.sources.set(key, source);
    }
    return source;
  }
}

/** Follows the samples of all sFlow agents, within a bound; those that are silent make room for others. */
export class SflowAgents {
  private readonly agents = new Map<string, Agent>();
  /** Of agents and data sources together. */
  readonly room = new Room((beforeMs) => this.forget(beforeMs));
  /** Datagrams of one agent come in a row often. */
  private last: Agent | undefined;

  constructor(readonly onMissing: OnMissing) {}

  /** The agent that a datagram comes from; undefined where too many are followed. */
  agentOf(origin: SflowOrigin, nowMs: number): Agent | undefined {
    const { address, agent, subAgent } = origin;
    const last = this.last?.origin;
    if (last?.address === address && last.agent === agent && last.subAgent === subAgent) {
      return this.last;
    }
    const key = `${address} ${agent} ${subAgent}`;
    let found = this.agents.get(key);
    if (found === undefined && this.room.take(nowMs)) {
      found = new Agent(origin, this);
      this.agents.set(key, found);
    }
    this.last = found;
    return found;
  }

  private forget(beforeMs: number): number {
    let gone = 0;
    for (const [key, agent] of this.agents) {
      if (agent.lastMs < beforeMs) {
        this.agents.delete(key);
        gone += 1 + agent.size;
      }
    }
    this.last = undefined;
    return gone;
  }
}
