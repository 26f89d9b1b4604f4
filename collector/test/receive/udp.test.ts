import { createSocket } from 'node:dgram';
import { existsSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import type { Datagram } from '../../src/flow';
import { listenText, parseListen, receiveConfig, Receiver } from '../../src/receive';
import { kernelDrops, sumDrops } from '../../src/receive/kernelDrops';
import { plainAddress } from '../../src/receive/udp';

const SMALL = 65_536;
const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((one) => one?.address === '::1');
const noIpv6 = hasIpv6 ? '' : ' (skipped: this host has no ::1)';
let open: Receiver[] = [];
afterEach(async () => {
  await Promise.all(open.map((receiver) => receiver.close()));
  open = [];
});

type Method = 'recvmmsg' | 'dgram';
const hasRecvmmsg = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);
const METHODS: readonly Method[] = hasRecvmmsg ? ['recvmmsg', 'dgram'] : ['dgram'];
const without = hasRecvmmsg ? '' : ' (recvmmsg skipped: this is not Linux on x64 or arm64)';

async function receiveBy(method: Method, ...listen: string[]) {
  const datagrams: Datagram[] = [];
  const receiver = await Receiver.open(receiveConfig.parse({ listen, method, socketBufferBytes: SMALL }), {
    // A payload is there until the call returns.
    onDatagrams: (some) => datagrams.push(...some.map((one) => ({ ...one, payload: Buffer.from(one.payload) }))),
    onSessionEnd: (session) => expect.fail(session),
    onLoss: (reason, exporter, _, detail) => expect.fail(`${reason} ${exporter} ${detail}`),
  });
  open.push(receiver);
  return { receiver, datagrams };
}

function send(text: string, port: number, host = '127.0.0.1'): Promise<void> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  return new Promise((resolve, reject) =>
    socket.send(text, port, host, (error) => {
      socket.close();
      error ? reject(error) : resolve();
    })
  );
}

describe.each(METHODS)(`receiving by %s${without}`, (method) => {
  const receive = (...listen: string[]) => receiveBy(method, ...listen);

  it('hands on what arrives on each address, with its source and time', async () => {
    const { receiver, datagrams } = await receive('127.0.0.1:0', '127.0.0.1:0');
    const before = Date.now();
    await send('one', receiver.addresses[0]!.port);
    await expect.poll(() => datagrams.length).toBe(1);
    await send('two', receiver.addresses[1]!.port);
    await expect.poll(() => datagrams.length).toBe(2);
    expect(datagrams.map(({ payload, address }) => [payload.toString(), address])).toEqual([
      ['one', '127.0.0.1'],
      ['two', '127.0.0.1'],
    ]);
    expect(datagrams[0]!.port).toBeGreaterThan(0);
    expect(datagrams[0]!.receivedMs).toBeGreaterThanOrEqual(before);
  });

  it('without a host takes IPv4, whose addresses read as such', async () => {
    const { receiver, datagrams } = await receive('0');
    await send('x', receiver.addresses[0]!.port);
    await expect.poll(() => datagrams[0]?.address).toBe('127.0.0.1');
  });

  it.skipIf(!hasIpv6)(`takes IPv6, on all addresses and on one${noIpv6}`, async () => {
    const { receiver, datagrams } = await receive('0', '[::1]:0');
    for (const { port } of receiver.addresses) {
      await send('x', port, '::1');
    }
    await expect.poll(() => datagrams.map(({ address }) => address)).toEqual(['::1', '::1']);
  });

  it('names the address and the remedy where the port is taken, and leaves no socket open', async () => {
    const { receiver } = await receive('127.0.0.1:0');
    const taken = `127.0.0.1:${receiver.addresses[0]!.port}`;
    await expect(receive('127.0.0.1:0', taken)).rejects.toThrow(
      new RegExp(`^cannot receive on UDP ${taken}: .*EADDRINUSE.*; another program listens there; stop it, or set`)
    );
    await receiver.close();
    open = [];
    await expect(receive(taken)).resolves.toBeDefined();
  });

  it('names an address that this host has not', async () => {
    await expect(receive('192.0.2.77:0')).rejects.toThrow(/this host has no such address; correct receive.listen/);
  });
});

describe.skipIf(!hasRecvmmsg)(`recvmmsg${without}`, () => {
  it('is what auto chooses', async () => {
    const receiver = await Receiver.open(receiveConfig.parse({ listen: ['127.0.0.1:0'] }), {
      onDatagrams: () => undefined,
      onSessionEnd: () => undefined,
      onLoss: (reason) => expect.fail(reason),
    });
    open.push(receiver);
    expect(receiver.method).toEqual({ name: 'recvmmsg' });
  });

  it('hands on every datagram of a burst, the largest too, and what came before it is closed', async () => {
    const { receiver, datagrams } = await receiveBy('recvmmsg', '127.0.0.1:0');
    const { port } = receiver.addresses[0]!;
    const socket = createSocket('udp4');
    const sizes = [0, 1, 3, 8, 1500, 65_507, 9, 40_000];
    for (const size of sizes) {
      await new Promise((resolve) => socket.send(Buffer.alloc(size, size & 0xff), port, '127.0.0.1', resolve));
    }
    socket.close();
    await receiver.close();
    open = [];
    expect(datagrams.map(({ payload }) => payload.length)).toEqual(sizes);
    expect(datagrams.every(({ payload }) => payload.every((byte) => byte === (payload.length & 0xff)))).toBe(true);
  });
});

describe('an address to listen on', () => {
  it.each([
    ['2055', { port: 2055 }],
    [':2055', { port: 2055 }],
    ['0.0.0.0:2055', { host: '0.0.0.0', port: 2055 }],
    ['[::1]:2055', { host: '::1', port: 2055 }],
    ['[::]:0', { host: '::', port: 0 }],
    ['70000', undefined],
    ['localhost:2055', undefined],
    ['::1:2055', undefined],
    ['', undefined],
    ['-1', undefined],
    ['1.2.3.4', undefined],
  ])('%s is %j', (text, expected) => {
    expect(parseListen(text)).toEqual(expected);
  });

  it('reads back as it is written', () => {
    for (const text of ['2055', '1.2.3.4:5', '[::1]:5']) {
      expect(listenText(parseListen(text)!)).toBe(text);
    }
  });
});

it.each([
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['2001:db8::1', '2001:db8::1'],
])('the source %s is named %s', (address, plain) => {
  expect(plainAddress(address)).toBe(plain);
});

describe('what the kernel dropped', () => {
  const tables = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops',
    ' 2345: 00000000:0807 00000000:0000 07 00000000:00000000 00:00000000 00000000  1000        0 123 2 0000000000000000 17',
    ' 2346: 0100007F:0807 00000000:0000 07 00000000:00000000 00:00000000 00000000  1000        0 124 2 0000000000000000 3',
    ' 2347: 00000000:1283 00000000:0000 07 00000000:00000000 00:00000000 00000000  1000        0 125 2 0000000000000000 9',
    '   12: 00000000000000000000000000000000:0807 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000  0 0 126 2 0000000000000000 5',
    'nonsense',
  ].join('\n');

  it('is summed over the sockets of a port', () => {
    expect(sumDrops(tables, [2055, 4739, 1])).toEqual(
      new Map([
        [2055, 25],
        [4739, 9],
        [1, 0],
      ])
    );
  });

  const linux = existsSync('/proc/net/udp');
  it.skipIf(!linux)(`shows when a full buffer overflows${linux ? '' : ' (skipped: no /proc/net/udp)'}`, async () => {
    const { receiver } = await receiveBy('dgram', '127.0.0.1:0');
    const { port } = receiver.addresses[0]!;
    const sender = createSocket('udp4');
    const payload = Buffer.alloc(8000);
    // Nothing is read meanwhile, as this thread does not come back to its event loop.
    await new Promise<void>((resolve) => {
      let sent = 0;
      for (let i = 0; i < 200; i++) {
        sender.send(payload, port, '127.0.0.1', () => ++sent === 200 && resolve());
      }
    });
    sender.close();
    const drops = (await kernelDrops([port]))?.get(port);
    expect(drops).toBeGreaterThan(0);
    await receiver.close();
    open = [];
    expect((await receiver.kernelDrops())?.get(port)).toBeGreaterThanOrEqual(drops!);
  });
});
