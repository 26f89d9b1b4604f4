import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readDatagrams, type FileItem } from '../../src/receive/files';
import { bytes, ipfix } from './messages';
import { ipv4Udp, ipv6Udp, pcapFile, type PcapFormat } from './pcapFile';

const folder = mkdtempSync(join(tmpdir(), 'flows-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

const PAYLOAD = bytes('0005cafe');
const MS = 1_700_000_000_123;
const packet = ipv4Udp(PAYLOAD, '10.1.2.3', 2000);

function write(name: string, content: Buffer | string): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

async function itemsOf(content: Buffer | string, name = 'capture'): Promise<FileItem[]> {
  const items: FileItem[] = [];
  for await (const item of readDatagrams(write(name, content), () => 42)) {
    items.push(item);
  }
  return items;
}

const pcapOf = (format: PcapFormat, ...packets: Buffer[]) =>
  pcapFile(
    packets.map((one) => ({ packet: one, ms: MS })),
    format
  );

const DATAGRAM = { payload: PAYLOAD, address: '10.1.2.3', port: 2000, receivedMs: MS };
const ETHERNET = '0a0000000001 0a0000000002';

describe('pcap', () => {
  it.each<[string, number, Buffer]>([
    ['Ethernet', 1, Buffer.concat([bytes(`${ETHERNET} 0800`), packet])],
    ['Ethernet with padding', 1, Buffer.concat([bytes(`${ETHERNET} 0800`), packet, Buffer.alloc(20)])],
    ['Ethernet with a VLAN', 1, Buffer.concat([bytes(`${ETHERNET} 8100 0064 0800`), packet])],
    ['Ethernet with two VLANs', 1, Buffer.concat([bytes(`${ETHERNET} 88a8 0064 8100 0065 0800`), packet])],
    ['raw IP', 101, packet],
    ['raw IP, the older numbers', 12, packet],
    ['Linux cooked', 113, Buffer.concat([bytes('0000 0001 0006 0a00000000020000 0800'), packet])],
    ['Linux cooked, version 2', 276, Buffer.concat([bytes('0800 0000 00000002 0001 00 06 0a00000000020000'), packet])],
    ['BSD loopback', 0, Buffer.concat([bytes('02000000'), packet])],
    ['OpenBSD loopback', 108, Buffer.concat([bytes('00000002'), packet])],
  ])('reads %s', async (_, linkType, frame) => {
    expect(await itemsOf(pcapOf({ linkType }, frame))).toEqual([DATAGRAM]);
  });

  it.each([
    { littleEndian: false, nanoseconds: false },
    { littleEndian: true, nanoseconds: false },
    { littleEndian: false, nanoseconds: true },
    { littleEndian: true, nanoseconds: true },
  ])('reads %o', async (format) => {
    expect(await itemsOf(pcapOf({ linkType: 101, ...format }, packet, packet))).toEqual([DATAGRAM, DATAGRAM]);
  });

  it('reads IPv6, also behind extension headers', async () => {
    const plain = ipv6Udp(PAYLOAD, 2000);
    const extended = Buffer.concat([plain.subarray(0, 40), bytes('11 00 010400000000'), plain.subarray(40)]);
    extended[6] = 60;
    const expected = { ...DATAGRAM, address: '2001:db8::1' };
    expect(await itemsOf(pcapOf({ linkType: 101 }, plain, extended))).toEqual([expected, expected]);
  });

  it('says what it passes over', async () => {
    const changed = (at: number, value: number) => {
      const copy = Buffer.from(packet);
      copy[at] = value;
      return copy;
    };
    const sixFragment = ipv6Udp(PAYLOAD, 2000);
    sixFragment[6] = 44;
    const items = await itemsOf(
      pcapOf(
        { linkType: 101 },
        ...[changed(6, 0x20), changed(7, 0x10), sixFragment, changed(9, 6), changed(0, 0x55)],
        ...[packet.subarray(0, 30), packet.subarray(0, 12), Buffer.alloc(0)]
      )
    );
    expect(items.map((item) => ('skipped' in item ? item.skipped : item))).toEqual([
      ...['IP fragment', 'IP fragment', 'IP fragment', 'not UDP', 'not IP'],
      ...['cut short by the capture', 'cut short by the capture', 'cut short by the capture'],
    ]);
    const frames = pcapOf({ linkType: 1 }, bytes(`${ETHERNET} 0806 0001`), bytes(ETHERNET));
    expect((await itemsOf(frames)).map((item) => 'skipped' in item && item.skipped)).toEqual([
      'not IP',
      'cut short by the capture',
    ]);
  });

  it('names a link type that it cannot read', async () => {
    const [item] = await itemsOf(pcapOf({ linkType: 105 }, packet), 'wifi');
    expect(item).toMatchObject({ skipped: 'unknown link type', isError: true });
    expect('skipped' in item! && item.detail).toMatch(/wifi: packet at byte 24: link type 105 is not read$/);
  });

  it('gives what stands before the place where the file ends, and says where', async () => {
    const file = write('cut.pcap', pcapOf({ linkType: 101 }, packet, packet).subarray(0, -5));
    const items: FileItem[] = [];
    const reading = (async () => {
      for await (const item of readDatagrams(file)) {
        items.push(item);
      }
    })();
    await expect(reading).rejects.toThrow(/cut\.pcap: ends inside the packet at byte 72; capture it again/);
    expect(items).toEqual([DATAGRAM]);
  });

  it('refuses a packet of impossible length, without reserving room for it', async () => {
    const broken = pcapOf({ linkType: 101 }, packet);
    broken.writeUInt32BE(0xfffffff0, 32);
    await expect(itemsOf(broken)).rejects.toThrow(/the packet at byte 24 says that it has 4294967280 bytes/);
  });

  it('reads a file larger than the pieces it is read in', async () => {
    const large = pcapOf({ linkType: 101 }, ...Array.from({ length: 5000 }, () => packet));
    expect(await itemsOf(large)).toHaveLength(5000);
  });
});

describe('pcapng', () => {
  const block = (type: number, body: Buffer, little: boolean) => {
    const padded = Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)]);
    const word = (value: number) => {
      const out = Buffer.alloc(4);
      return little ? (out.writeUInt32LE(value), out) : (out.writeUInt32BE(value), out);
    };
    return Buffer.concat([word(type), word(padded.length + 12), padded, word(padded.length + 12)]);
  };
  const u16 = (value: number, little: boolean) =>
    little ? Buffer.from([value & 255, value >> 8]) : Buffer.from([value >> 8, value & 255]);
  const u32 = (value: number, little: boolean) => {
    const out = Buffer.alloc(4);
    return little ? (out.writeUInt32LE(value >>> 0), out) : (out.writeUInt32BE(value >>> 0), out);
  };
  const section = (little: boolean) =>
    block(
      0x0a0d0d0a,
      Buffer.concat([u32(0x1a2b3c4d, little), u16(1, little), u16(0, little), Buffer.alloc(8, 255)]),
      little
    );
  const description = (linkType: number, little: boolean, options = Buffer.alloc(0)) =>
    block(1, Buffer.concat([u16(linkType, little), u16(0, little), u32(0, little), options]), little);
  const enhanced = (stamp: number, little: boolean, captured = packet.length) =>
    block(
      6,
      Buffer.concat([
        u32(0, little),
        u32(Math.floor(stamp / 2 ** 32), little),
        u32(stamp % 2 ** 32, little),
        u32(captured, little),
        u32(captured, little),
        packet,
      ]),
      little
    );

  it.each([true, false])('reads sections, interfaces and packets, little-endian: %s', async (little) => {
    const file = Buffer.concat([
      section(little),
      description(101, little),
      block(5, Buffer.alloc(8), little),
      enhanced(MS * 1000, little),
    ]);
    expect(await itemsOf(file)).toEqual([DATAGRAM]);
  });

  it('reads the resolution of the time stamps', async () => {
    const nanoseconds = Buffer.concat([u16(9, true), u16(1, true), Buffer.from([9, 0, 0, 0])]);
    const [item] = await itemsOf(
      Buffer.concat([section(true), description(101, true, nanoseconds), enhanced(MS * 1_000_000, true)])
    );
    expect(item && 'receivedMs' in item && Math.round(item.receivedMs)).toBe(MS);
  });

  it('names packets longer than their block, blocks of impossible length, and a cut file', async () => {
    const start = Buffer.concat([section(true), description(101, true)]);
    const [item] = await itemsOf(Buffer.concat([start, enhanced(0, true, 60_000)]));
    expect(item).toMatchObject({ skipped: 'cut short by the capture', isError: true });
    await expect(itemsOf(Buffer.concat([start, bytes('06000000 03000000 00000000')]))).rejects.toThrow(
      /says that it has 3 bytes/
    );
    await expect(itemsOf(Buffer.concat([start, enhanced(0, true)]).subarray(0, -4))).rejects.toThrow(
      /ends inside the block at byte 48/
    );
  });
});

describe('JSON lines', () => {
  const line = '{"t": 1700000000.5, "src": "10.1.2.3", "port": 2000, "hex": "0005CAFE"}';
  const details = async (...lines: string[]) =>
    (await itemsOf(lines.join('\n'), 'lines.jsonl')).map((item) =>
      'skipped' in item ? item.detail.replace(/^.*lines/, 'lines') : 'datagram'
    );

  it('reads them, with or without a newline at the end, and past empty lines', async () => {
    expect(await itemsOf(`${line}\n\n${line}`)).toEqual([
      { ...DATAGRAM, receivedMs: 1_700_000_000_500 },
      { ...DATAGRAM, receivedMs: 1_700_000_000_500 },
    ]);
    expect(await itemsOf(`\uFEFF${line}\r\n`.slice(1))).toHaveLength(1);
  });

  it('names file, line, key and remedy of a line that is none, and goes on', async () => {
    expect(
      await details(
        line,
        'nonsense',
        '[1]',
        line.replace('"hex"', '"hexadecimal"'),
        line.replace('0005CAFE', '0005CAF'),
        line.replace('10.1.2.3', 'router1'),
        line.replace('2000', '70000'),
        line.replace('1700000000.5', '"now"'),
        line
      )
    ).toEqual([
      'datagram',
      'lines.jsonl:2: not JSON; write {"t": seconds, "src": address, "port": number, "hex": payload}',
      'lines.jsonl:3: not a JSON object; write one',
      'lines.jsonl:4: hex: missing; write the payload as pairs of hexadecimal digits',
      'lines.jsonl:5: hex: not usable; write the payload as pairs of hexadecimal digits',
      'lines.jsonl:6: src: not usable; write the source address, IPv4 or IPv6',
      'lines.jsonl:7: port: not usable; write the source port, 0 to 65535',
      'lines.jsonl:8: t: not usable; write the time in Unix seconds',
      'datagram',
    ]);
  });

  it('passes over a line that is too long to be held, and goes on', async () => {
    const long = `{"hex": "${'00'.repeat(400_000)}"}`;
    expect(await details(line, long, line, long)).toEqual([
      'datagram',
      'lines.jsonl:2: longer than 262144 bytes; a datagram cannot be; remove the line',
      'datagram',
      'lines.jsonl:4: longer than 262144 bytes; a datagram cannot be; remove the line',
    ]);
  });
});

describe('raw payloads', () => {
  it('are one datagram, whatever they hold', async () => {
    expect(await itemsOf(bytes('ffff0001'))).toEqual([
      { payload: bytes('ffff0001'), address: '0.0.0.0', port: 0, receivedMs: 42 },
    ]);
  });

  it('are each a datagram where IPFIX messages stand in a row', async () => {
    const [one, two] = [ipfix([], { sequence: 1 }), ipfix([], { sequence: 2 })];
    const items = await itemsOf(Buffer.concat([one, two, bytes('0102')]));
    expect(items.map((item) => 'payload' in item && item.payload)).toEqual([one, two, bytes('0102')]);
  });
});

describe('a file that cannot be read', () => {
  it.each<[string, Buffer, RegExp]>([
    ['empty', Buffer.alloc(0), /: is empty; name a file that holds a datagram/],
    ['compressed', bytes('1f8b0800'), /: is compressed; unpack it with gunzip first/],
    ['too large for a datagram', Buffer.alloc(70_000, 1), /: larger than a datagram can be, and neither pcap/],
    ['half a pcap header', bytes('a1b2c3d4 0002'), /: ends inside its pcap header/],
  ])('%s: is named, with a remedy', async (_, content, message) => {
    await expect(itemsOf(content)).rejects.toThrow(message);
  });

  it('that is not there, or a directory: is named, with a remedy', async () => {
    const read = async (file: string) => {
      for await (const item of readDatagrams(file)) {
        expect(item).toBeUndefined();
      }
    };
    await expect(read(join(folder, 'nowhere'))).rejects.toThrow(/nowhere: there is no such file; correct the path/);
    await expect(read(folder)).rejects.toThrow(/: is a directory; name the files in it/);
  });
});
