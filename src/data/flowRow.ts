import {
  fieldDefinition,
  FIELDS,
  type FieldDefinition,
  type FieldName,
  type FlowRecord,
} from '@netobserv-flows/schema';

/** What is known of a flow: other writers may leave out fields that our collector always writes. */
export type KnownFlow = Partial<FlowRecord>;

/** One flow as the pages hold it. */
export interface FlowRow {
  /** Stable for the same stored flow, unique among the rows of one answer. */
  readonly id: string;
  readonly flow: KnownFlow;
  /** One field of the flow: where one of thousands of rows is all that is asked for, at a fraction of the cost. */
  value<N extends FieldName>(name: N): KnownFlow[N];
  /** Every key as it was stored, labels first: what the details show as raw JSON. */
  readonly stored: Readonly<Record<string, unknown>>;
}

function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') {
    return Number.isFinite(value) ? value : undefined;
  }
  // Labels are always text, and so are fields that a `| json` stage has extracted.
  if (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)) {
    return Number(value);
  }
  return undefined;
}

function toText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined;
}

function toBoolean(value: unknown): boolean | undefined {
  return value === true || value === 'true' ? true : value === false || value === 'false' ? false : undefined;
}

function listOf<T>(value: unknown, read: (item: unknown) => T | undefined): T[] | undefined {
  if (!Array.isArray(value)) {
    return undefined;
  }
  const items = value.map(read).filter((item): item is NonNullable<typeof item> => item !== undefined);
  return items.length === 0 ? undefined : items;
}

function readValue(type: FieldDefinition['type'], value: unknown): unknown {
  switch (type) {
    case 'integer':
    case 'port':
    case 'protocol':
    case 'direction':
      return toNumber(value);
    case 'integers':
      return listOf(value, toNumber);
    case 'strings':
      return listOf(value, toText);
    case 'boolean':
      return toBoolean(value);
    default:
      return toText(value);
  }
}

type Stored = Readonly<Record<string, unknown>>;

/**
 * The typed fields of a stored flow. Values of another type than the dictionary's are left out, never guessed: they
 * stay visible in {@link FlowRow.stored}.
 * @param parts what it was stored as: of a name that several have, the last one's value counts.
 */
export function toKnownFlow(...parts: readonly Stored[]): KnownFlow {
  const flow: Record<string, unknown> = {};
  for (const part of parts) {
    for (const name in part) {
      const definition = fieldDefinition(name);
      const value = definition === undefined ? undefined : readValue(definition.type, part[name]);
      if (value !== undefined) {
        flow[name] = value;
      }
    }
  }
  return flow as KnownFlow;
}

/**
 * A flow as Loki stored it, in stream labels and a line. Put together only when asked for: for thousands of rows that
 * would take longer than all else that is done with them.
 */
export class StoredRow implements FlowRow {
  private known?: KnownFlow;

  /** @param timeMs when Loki says that it was, in ms since the Unix epoch: its end, where the flow has none. */
  constructor(
    readonly id: string,
    private readonly labels: Stored,
    private readonly line: Stored,
    private readonly timeMs?: number
  ) {}

  get flow(): KnownFlow {
    this.known ??= this.read();
    return this.known;
  }

  value<N extends FieldName>(name: N): KnownFlow[N] {
    const type = fieldDefinition(name)?.type;
    const value =
      type === undefined ? undefined : (readValue(type, this.line[name]) ?? readValue(type, this.labels[name]));
    return (value ?? (name === 'TimeFlowEndMs' ? this.timeMs : undefined)) as KnownFlow[N];
  }

  // The line has the typed values; a label of the same name is its text, extracted by a parser stage.
  get stored(): Stored {
    return Object.assign({}, this.labels, this.line);
  }

  private read(): KnownFlow {
    const flow = toKnownFlow(this.labels, this.line);
    if (flow.TimeFlowEndMs === undefined && this.timeMs !== undefined) {
      flow.TimeFlowEndMs = this.timeMs;
    }
    return flow;
  }
}

/** The fields that a flow has, in the dictionary's order. */
export function fieldsOf(flow: KnownFlow): FieldDefinition[] {
  return FIELDS.filter((field) => flow[field.name] !== undefined);
}
