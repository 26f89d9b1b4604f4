import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FlowRecord } from '@netobserv-flows/schema';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findOnPath } from '../../../stack/process/findOnPath';
import { Decoder } from '../../src/decode';
import { Deduplicator, dedupConfig } from '../../src/dedup';
import type { Datagram } from '../../src/flow';
import { datagramsOf, hasCaptures, noCaptures } from '../decode/captures';
import { ipv4Udp, pcapFile } from '../decode/pcapFile';

const softflowd = findOnPath('softflowd', `${process.env['PATH']}:/usr/sbin`);
const noSoftflowd = softflowd === undefined ? ' (skipped: softflowd is not installed)' : '';

/** The records of datagrams, marked. */
function marked(datagrams: readonly Datagram[]): FlowRecord[] {
  const onLoss = (...loss: unknown[]) => expect.fail(`lost: ${loss.join(' ')}`);
  const decoder = new Decoder({ onLoss });
  const dedup = new Deduplicator(dedupConfig.parse({}), () => undefined);
  return datagrams.flatMap((datagram) =>
    decoder.decode(datagram).map(({ record, cameInUnseen }) => {
      dedup.mark(record, datagram.receivedMs, cameInUnseen);
      return record;
    })
  );
}

const duplicates = (records: readonly FlowRecord[]) => records.filter(({ Duplicate }) => Duplicate === true);

describe.skipIf(!hasCaptures)(`softflowd, recorded${noCaptures}`, () => {
  it.each(['soft-ipfix', 'soft-v9', 'soft-v9-s10', 'soft-ipfix-nano-bi-s10', 'soft-v5'])(
    '%s: both directions of its conversations count',
    async (name) => {
      const records = marked(await datagramsOf(`recorded/${name}.jsonl`));
      expect([records.length > 0, duplicates(records)]).toEqual([true, []]);
    }
  );
});

describe.skipIf(softflowd === undefined)(`a genuine softflowd${noSoftflowd}`, () => {
  const ETHERNET = Buffer.from('0a00000000020a00000000010800', 'hex');
  const ENDS = ['10.7.0.1', '10.7.0.200'] as const;

  /** Ten requests and ten larger answers, each half a packet a millisecond. */
  function capture(folder: string): string {
    const file = join(folder, 'traffic.pcap');
    const packet = (from: number, size: number) => {
      const ports = [5000, 443] as const;
      const ip = ipv4Udp(Buffer.alloc(size), ENDS[from]!, ports[from]!, ports[1 - from]);
      Buffer.from(ENDS[1 - from]!.split('.').map(Number)).copy(ip, 16);
      return Buffer.concat([ETHERNET, ip]);
    };
    const packets = Array.from({ length: 20 }, (_, index) => ({
      packet: packet(index % 2, index % 2 === 0 ? 72 : 972),
      ms: Date.now() - 60_000 + index,
    }));
    writeFileSync(file, pcapFile(packets, { linkType: 1 }));
    return file;
  }

  it.each(['10', '9', '5'])('version %s: requests and answers count, each once', async (version) => {
    const folder = mkdtempSync(join(tmpdir(), 'softflowd-'));
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    onTestFinished(() => {
      socket.close();
      rmSync(folder, { recursive: true });
    });
    await once(socket, 'listening');
    const { port } = socket.address() as AddressInfo;
    const datagrams: Datagram[] = [];
    socket.on('message', (payload, { address }) => datagrams.push({ payload, address, port, receivedMs: Date.now() }));
    const paths = ['-p', join(folder, 'pid'), '-c', 'none'];
    const options = ['-d', '-r', capture(folder), '-v', version, ...paths, '-n', `127.0.0.1:${port}`];
    spawn(softflowd!, options, { stdio: 'ignore' });
    await expect.poll(() => marked(datagrams).length, { timeout: 10_000 }).toBe(2);
    const records = marked(datagrams);
    expect(duplicates(records)).toEqual([]);
    expect(records.map(({ SrcAddr, Bytes }) => [SrcAddr, Bytes]).sort()).toEqual([
      [ENDS[0], 1000],
      [ENDS[1], 10_000],
    ]);
  });
});
