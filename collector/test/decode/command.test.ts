import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { LINE_ORDER } from '@netobserv-flows/schema';
import { decodeCommand } from '../../src/commands/decode';
import { ipfix, set, SHORT, short, template } from './messages';

const folder = mkdtempSync(join(tmpdir(), 'flows-decode-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: Buffer | string): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

async function run(files: string[]) {
  const chunks = { out: '', err: '' };
  const sink = (name: 'out' | 'err') =>
    new Writable({ write: (chunk, _, done) => ((chunks[name] += String(chunk)), done()) });
  const code = await decodeCommand(files, { stdout: sink('out'), stderr: sink('err'), now: () => 1_700_000_000_000 });
  return { code, out: chunks.out, err: chunks.err.replaceAll(`${folder}/`, '') };
}

const templates = write('templates.dat', ipfix([set(2, template(256, ...SHORT))]));
const data = write('data.dat', ipfix([set(256, short(1) + short(2)), set(999, '00')]));

describe('collector decode', () => {
  it('prints a record a line in the order of stored lines, and a summary of each file and of all', async () => {
    const { code, out, err } = await run([templates, data]);
    expect(code).toBe(0);
    const lines = out.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toBe(
      '{"Bytes":1000,"Packets":10,"SrcAddr":"10.0.0.1","DstAddr":"10.0.1.1","TimeFlowStartMs":1700000000000,' +
        '"TimeFlowEndMs":1700000000000,"TimeReceived":1700000000,"Sampling":1,"AgentIP":"0.0.0.0","ObservationDomainId":7}'
    );
    const keys = Object.keys(JSON.parse(lines[1]!));
    expect(keys).toEqual(LINE_ORDER.filter((name) => keys.includes(name)));
    expect(err.split('\n')).toEqual([
      'templates.dat: 1 datagrams, 0 records, 1 templates, 0 option records; nothing skipped',
      'data.dat: 1 datagrams, 2 records, 0 templates, 0 option records; skipped: 1 no_template (set 999 of domain 7: no template for it yet)',
      'total: 2 datagrams, 2 records, 1 templates, 0 option records; skipped: 1 no_template',
      '',
    ]);
  });

  it('reads the files in the order in which they are named', async () => {
    const { err } = await run([data, templates]);
    expect(err).toContain('data.dat: 1 datagrams, 0 records, 0 templates, 0 option records; skipped: 2 no_template');
  });

  it('goes on with the other files when one cannot be read, and ends with 1', async () => {
    const bad = write('bad.jsonl', '{"t": 1}\n');
    const { code, out, err } = await run([join(folder, 'nowhere.pcap'), bad, templates, data]);
    expect(code).toBe(1);
    expect(out.trimEnd().split('\n')).toHaveLength(2);
    expect(err.split('\n').slice(0, 4)).toEqual([
      'nowhere.pcap: there is no such file; correct the path',
      'nowhere.pcap: 0 datagrams, 0 records, 0 templates, 0 option records; nothing skipped',
      'bad.jsonl:1: src: missing; write the source address, IPv4 or IPv6',
      'bad.jsonl: 0 datagrams, 0 records, 0 templates, 0 option records; skipped: 1 malformed line',
    ]);
  });

  it('stops quietly when the reader of its output goes away', async () => {
    const many = write(
      'many.dat',
      Buffer.concat(Array.from({ length: 2000 }, () => ipfix([set(256, short().repeat(20))])))
    );
    const gone = new Writable({
      highWaterMark: 1,
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
    });
    await expect(decodeCommand([templates, many], { stdout: gone, stderr: new PassThrough() })).resolves.toBe(0);
  });

  it('waits while the reader of its output is slower', async () => {
    const many = write(
      'much.dat',
      Buffer.concat(Array.from({ length: 500 }, () => ipfix([set(256, short().repeat(20))])))
    );
    let held = 0;
    let most = 0;
    let lines = 0;
    const slow = new Writable({
      highWaterMark: 1024,
      write(chunk: Buffer, _, done) {
        held = this.writableLength;
        most = Math.max(most, held);
        lines += chunk.toString().split('\n').length - 1;
        setTimeout(done, 1);
      },
    });
    expect(await decodeCommand([templates, many], { stdout: slow, stderr: new PassThrough() })).toBe(0);
    await new Promise((resolve) => slow.end(resolve));
    expect(lines).toBe(10_000);
    expect(most).toBeLessThan(200_000);
  });
});
