import type { Locator, Page } from '@playwright/test';
import { testIds } from '../../src/components/testIds';

/** Query parameters of the flow table's address. */
type Parameters = Readonly<Record<string, string>>;

/** The flow table as a person meets it. */
export class FlowTablePage {
  readonly grid: Locator;
  readonly rows: Locator;
  readonly filterInput: Locator;
  readonly chips: Locator;
  readonly details: Locator;
  readonly summary: Locator;
  readonly empty: Locator;
  readonly error: Locator;
  /** The box that scrolls the rows. */
  readonly scroller: Locator;
  readonly export: Locator;

  constructor(private readonly page: Page) {
    this.grid = page.getByRole('grid', { name: 'Flows' });
    this.rows = page.getByTestId(testIds.flows.row);
    this.filterInput = page.getByTestId(testIds.filters.input);
    this.chips = page.getByTestId(testIds.filters.chip);
    this.details = page.getByTestId(testIds.details.drawer);
    this.summary = page.getByTestId(testIds.flows.summary);
    this.empty = page.getByTestId(testIds.flows.empty);
    this.error = page.getByTestId(testIds.flows.error);
    this.scroller = page.getByTestId(testIds.flows.table);
    this.export = page.getByTestId(testIds.flows.export);
  }

  async goto(parameters: Parameters = {}): Promise<void> {
    const query = new URLSearchParams(parameters).toString();
    await this.page.goto(`/a/netobserv-flows-app/flows?${query}`);
  }

  /** Adds a filter in its text form. */
  async filter(text: string): Promise<void> {
    await this.filterInput.fill(text);
    await this.filterInput.press('Enter');
  }

  /** The title of a column, by the field's full title. */
  column(title: string): Locator {
    return this.grid.getByRole('columnheader', { name: title, exact: true });
  }

  async sortBy(title: string): Promise<void> {
    await this.column(title).getByRole('button').click();
  }

  /** What the rows in view say in one field, from the top. */
  async values(field: string): Promise<string[]> {
    const cells = this.rows.locator(`[data-field="${field}"]`);
    const texts = await cells.evaluateAll((found) =>
      found
        .map((cell) => ({
          index: Number(cell.closest('[data-index]')?.getAttribute('data-index')),
          text: cell.getAttribute('title') ?? '',
        }))
        .sort((a, b) => a.index - b.index)
        .map(({ text }) => text)
    );
    return texts;
  }

  /** Rows that the grid holds, in view or not. */
  async count(): Promise<number> {
    const headers = 2;
    return Number(await this.grid.getAttribute('aria-rowcount')) - headers;
  }
}
