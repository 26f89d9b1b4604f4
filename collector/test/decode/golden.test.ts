import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { decodeCommand } from '../../src/commands/decode';
import { CAPTURES, hasCaptures, noCaptures } from './captures';

/** Checked by hand against the RFCs and IANA's registry; `npx vitest run -u` writes them anew. */
const RECORDED = ['ovs', 'soft-ipfix', 'soft-ipfix-nano-bi-s10', 'soft-v5', 'soft-v9', 'soft-v9-s10'];

describe.skipIf(!hasCaptures)(`golden files${noCaptures}`, () => {
  it.each(RECORDED)('recorded/%s.jsonl gives the same records as ever', async (name) => {
    const stdout = new PassThrough();
    const lines = text(stdout);
    const code = await decodeCommand([`${CAPTURES}/recorded/${name}.jsonl`], { stdout, stderr: new PassThrough() });
    stdout.end();
    expect(code).toBe(0);
    await expect(await lines).toMatchFileSnapshot(`../golden/${name}.golden.jsonl`);
  });
});
