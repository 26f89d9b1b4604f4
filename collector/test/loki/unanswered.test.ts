import dns from 'node:dns';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { flow, startWriter } from './flows';

afterEach(() => vi.restoreAllMocks());

describe('while nobody answers for the name of Loki', () => {
  it('a shutdown takes no longer than it may, however much is left', async () => {
    vi.spyOn(dns, 'lookup').mockImplementation((() => undefined) as never);
    // Small pushes, so that several wait.
    const { writer, lostFlows } = startWriter('http://loki.example:3100', { batchBytes: 1024, maxLineBytes: 1024 });
    for (let i = 0; i < 50; i++) {
      writer.write(flow());
    }
    // Each of the pushes would be waited for until its attempt to connect is given up, after ten seconds: longer than a test may take.
    await writer.close(500);
    expect(lostFlows()).toBe(50);
  });
});
