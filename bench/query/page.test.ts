import { expect, it } from 'vitest';

// It runs on Node alone, and reads how the app asks: whatever of the app needs a browser may not be among that.
it('what the overview asks is loaded without a browser', async () => {
  const { overview } = await import('./page');
  expect(overview).toBeInstanceOf(Function);
});
