import {
  SceneObjectBase,
  SceneObjectUrlSyncConfig,
  type SceneObjectState,
  type SceneObjectUrlValues,
} from '@grafana/scenes';
import type { FlowRow } from '../../data/flowRow';
import { explainError, type ExplainedError } from '../../data/lokiErrors';

/** What is known of the flow whose details are open. */
export type Finding = 'none' | 'found' | 'looking' | 'asked' | 'missing';

interface OpenFlowState extends SceneObjectState {
  /** Id of the flow whose details are open. */
  id?: string;
  /** The flow, as soon as it is among the rows or was asked for. */
  row?: FlowRow;
  /**
   * Whether the flow of the address is there: `looking` until it is known that it is not among the rows, `asked` while
   * Loki is asked for it, `missing` where it has none.
   */
  finding: Finding;
  /** Why Loki could not be asked for it. */
  error?: ExplainedError;
}

/** Ids are short; what is longer is none. */
const MOST_LETTERS = 120;

/** Owner of the flow whose details are open, kept in the URL as `flow`. */
export class OpenFlow extends SceneObjectBase<OpenFlowState> {
  protected _urlSync = new SceneObjectUrlSyncConfig(this, { keys: ['flow'] });

  constructor() {
    super({ finding: 'none' });
  }

  getUrlState(): SceneObjectUrlValues {
    return { flow: this.state.id };
  }

  updateFromUrl({ flow }: SceneObjectUrlValues): void {
    const id = typeof flow === 'string' && flow !== '' && flow.length <= MOST_LETTERS ? flow : undefined;
    if (id !== this.state.id) {
      this.setState({ id, row: undefined, finding: id === undefined ? 'none' : 'looking' });
    }
  }

  /**
   * Opens the details of a flow. The address follows without a step of history: going through flows by arrow keys
   * would else bury the page that a person came from.
   */
  open(row: FlowRow): void {
    this.setState({ id: row.id, row, finding: 'found' });
  }

  /** Looks for a flow once more that was not found: another data source may have it, or Loki answers now. */
  again(): void {
    if (this.state.finding === 'missing') {
      this.setState({ finding: 'looking', error: undefined });
    }
  }

  /** Closes the details. */
  close(): void {
    this.setState({ id: undefined, row: undefined, finding: 'none' });
  }

  /** Takes the flow of the address where it is among rows. */
  find(rows: readonly FlowRow[]): void {
    const { id, finding } = this.state;
    if (id === undefined || finding === 'found') {
      return;
    }
    const row = rows.find((candidate) => candidate.id === id);
    if (row !== undefined) {
      this.setState({ row, finding: 'found' });
    }
  }

  /** Asks for the flow of the address, which is not among the rows. */
  async ask(flowById: (id: string) => Promise<FlowRow | undefined>): Promise<void> {
    const { id } = this.state;
    if (id === undefined || this.state.finding !== 'looking') {
      return;
    }
    this.setState({ finding: 'asked' });
    const still = () => this.state.id === id && this.state.finding === 'asked';
    try {
      const row = await flowById(id);
      if (still()) {
        this.setState(row === undefined ? { finding: 'missing', error: undefined } : { row, finding: 'found' });
      }
    } catch (error) {
      if (still()) {
        this.setState({ finding: 'missing', error: explainError(error) });
      }
    }
  }
}
