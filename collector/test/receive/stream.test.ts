import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import type { Datagram } from '../../src/flow';
import { receiveConfig, Receiver } from '../../src/receive';
import { testDecoder } from '../decode/captures';
import { ipfix, set, SHORT, short, template } from '../decode/messages';

const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((one) => one?.address === '::1');
const noIpv6 = hasIpv6 ? '' : ' (skipped: this host has no ::1)';

const definition = ipfix([set(2, template(256, ...SHORT))]);
const data = (last: number) => ipfix([set(256, short(last))]);

const undo: Array<() => unknown> = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) {
    await step();
  }
});

/** A receiver on a TCP port, and a decoder behind it. */
async function receive(settings: object = {}, rest: object = {}) {
  const { decoder, lost: lostInDecoding } = testDecoder();
  const messages: Datagram[] = [];
  const sources: Array<string | undefined> = [];
  const losses: string[] = [];
  const ended: string[] = [];
  const config = receiveConfig.parse({
    listen: ['127.0.0.1:0'],
    tcp: { listen: ['127.0.0.1:0'], ...settings },
    ...rest,
  });
  const receiver = await Receiver.open(config, {
    onDatagrams: (datagrams) => {
      messages.push(...datagrams);
      sources.push(...datagrams.flatMap((one) => decoder.decode(one)).map(({ record }) => record.SrcAddr));
    },
    onSessionEnd: (address, session) => {
      ended.push(session);
      decoder.endSession(address, session);
    },
    onLoss: (reason, exporter, count, detail) => losses.push(`${reason} ${exporter} ${count}: ${detail}`),
  });
  undo.push(() => receiver.close());
  const { port } = receiver.streamAddresses('tcp')[0]!;
  return { receiver, decoder, messages, sources, losses, ended, lostInDecoding, port };
}

async function dial(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  undo.push(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

describe('IPFIX by TCP', () => {
  it('takes messages however they are cut, with the peer’s address', async () => {
    const { port, sources, messages, losses } = await receive();
    const socket = await dial(port);
    const bytes = Buffer.concat([definition, data(1), data(2)]);
    for (let at = 0; at < bytes.length; at += 7) {
      socket.write(bytes.subarray(at, at + 7));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await expect.poll(() => sources).toEqual(['10.0.0.1', '10.0.0.2']);
    expect(messages[0]).toMatchObject({ address: '127.0.0.1', port: socket.localPort });
    expect(losses).toEqual([]);
  });

  it('keeps the templates of each session apart', async () => {
    const { port, sources, lostInDecoding } = await receive();
    const [one, other] = [await dial(port), await dial(port)];
    one.write(Buffer.concat([definition, data(1)]));
    await expect.poll(() => sources).toEqual(['10.0.0.1']);
    other.write(data(2));
    await expect.poll(lostInDecoding).toEqual(['no_template 1']);
    one.write(data(3));
    await expect.poll(() => sources).toEqual(['10.0.0.1', '10.0.0.3']);
  });

  it('forgets them when the connection ends', async () => {
    const { port, sources, decoder, ended, receiver } = await receive();
    const socket = await dial(port);
    socket.write(Buffer.concat([definition, data(1)]));
    await expect.poll(() => sources).toEqual(['10.0.0.1']);
    expect([decoder.stats().knownTemplates, decoder.stats().knownFields]).toEqual([1, 4]);
    expect(receiver.connections).toBe(1);
    socket.end();
    await expect.poll(() => ended).toHaveLength(1);
    expect([decoder.stats().knownTemplates, decoder.stats().knownFields]).toEqual([0, 0]);
    await expect.poll(() => receiver.connections).toBe(0);
  });

  it.each([
    [
      'another protocol',
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      /^malformed 127.0.0.1 1: a message of version 18245, where/,
    ],
    ['NetFlow v9', Buffer.from('0009000100000000', 'hex'), /^malformed 127.0.0.1 1: a message of version 9, where/],
    ['an impossible length', Buffer.from('000a0004', 'hex'), /^malformed 127.0.0.1 1: an IPFIX message of 4 bytes/],
  ])('%s: the messages before count, then the connection is closed', async (_, bytes, loss) => {
    const { port, sources, losses } = await receive();
    const socket = await dial(port);
    const closed = once(socket, 'close');
    socket.write(Buffer.concat([definition, data(1), bytes]));
    await closed;
    expect(sources).toEqual(['10.0.0.1']);
    expect(losses).toHaveLength(1);
    expect(losses[0]).toMatch(loss);
  });

  it('counts a message that the end of the connection cut off', async () => {
    const { port, losses } = await receive();
    (await dial(port)).end(data(1).subarray(0, 30));
    await expect
      .poll(() => losses)
      .toEqual(['malformed 127.0.0.1 1: the connection ended inside an IPFIX message, after 30 bytes']);
  });

  it('closes a connection that does not complete its message in time, drop by drop as well', async () => {
    const { port, losses } = await receive({ messageSeconds: 1 });
    const socket = await dial(port);
    const closed = once(socket, 'close');
    let sent = 0;
    const drip = setInterval(() => socket.write(data(1).subarray(sent, ++sent)), 100);
    undo.push(() => clearInterval(drip));
    await closed;
    expect(losses[0]).toMatch(/^malformed 127.0.0.1 1: an IPFIX message was not complete after 1 s: \d+ bytes came$/);
  });

  it('closes a connection that says nothing', async () => {
    const { port, losses, receiver } = await receive({ idleSeconds: 1 });
    await once(await dial(port), 'close');
    await expect.poll(() => receiver.connections).toBe(0);
    expect(losses).toEqual([]);
  });

  it('reads one that sends more than its limit no faster than that, and loses none of its messages', async () => {
    const { port, messages, sources, losses } = await receive({}, { datagramsPerSecond: 50 });
    const socket = await dial(port);
    socket.write(definition);
    for (let burst = 0; burst < 3; burst++) {
      socket.write(Buffer.concat(Array.from({ length: 50 }, (_, index) => data(index))));
      await expect.poll(() => sources.length, { timeout: 10_000 }).toBe((burst + 1) * 50);
    }
    expect(losses).toEqual([]);
    expect(messages.at(-1)!.receivedMs - messages[0]!.receivedMs).toBeGreaterThan(900);
  });

  it('does not take it for silent or slow while it is not read', async () => {
    const settings = { idleSeconds: 1, messageSeconds: 1 };
    const { port, sources, losses } = await receive(settings, { datagramsPerSecond: 10 });
    const socket = await dial(port);
    const [head, tail] = [data(99).subarray(0, 20), data(99).subarray(20)];
    socket.write(Buffer.concat([definition, ...Array.from({ length: 30 }, (_, index) => data(index)), head]));
    await expect.poll(() => sources.length).toBe(30);
    socket.write(tail);
    await expect.poll(() => sources.length, { timeout: 10_000 }).toBe(31);
    expect(losses).toEqual([]);
  });

  it('takes as many connections as allowed, of all and of each exporter', async () => {
    for (const [limits, name] of [
      [{ maxConnections: 2 }, 'maxConnections'],
      [{ maxConnectionsPerExporter: 2 }, 'maxConnectionsPerExporter'],
    ] as const) {
      const { port, losses, receiver, sources } = await receive(limits);
      const first = await dial(port);
      await dial(port);
      await expect.poll(() => receiver.connections).toBe(2);
      await once(await dial(port), 'close');
      expect(losses).toHaveLength(1);
      expect(losses[0]).toMatch(
        new RegExp(`^connection_limit 127.0.0.1 1: 2 connections .*raise receive.tcp.${name} if`)
      );
      first.end();
      await expect.poll(() => receiver.connections).toBe(1);
      (await dial(port)).write(Buffer.concat([definition, data(1)]));
      await expect.poll(() => sources).toEqual(['10.0.0.1']);
    }
  });

  it('refuses who is not allowed to send, and does not tell them apart', async () => {
    const { port, losses, receiver } = await receive({}, { allow: ['10.0.0.0/8'] });
    await once(await dial(port), 'close');
    expect(losses).toEqual(['refused other 1: a connection from 127.0.0.1, which no network of receive.allow holds']);
    expect(receiver.connections).toBe(0);
  });

  it('holds the templates of all sessions and of UDP together to the limits', () => {
    const { decode, decoder, details } = testDecoder({ limits: { templates: 3 } as never });
    const with3 = (id: number) => ipfix([set(2, template(id, ...SHORT, [4, 1], [id, 4]))]);
    decode(with3(300));
    decode(with3(301), { session: 'a' });
    decode(with3(302), { session: 'b' });
    decode(with3(303), { session: 'b' });
    expect(decoder.stats().knownTemplates).toBe(3);
    expect(details.join()).toMatch(/template_limit: template 303 .*raise decode.limits.templates/);
    decoder.endSession('192.0.2.1', 'a');
    decode(with3(303), { session: 'b' });
    expect(decoder.stats().knownTemplates).toBe(3);
    expect(details).toHaveLength(1);
  });

  it.skipIf(!hasIpv6)(`takes IPv4 on [::], as UDP does${noIpv6}`, async () => {
    const { port, messages } = await receive({ listen: ['[::]:0'] });
    (await dial(port)).write(Buffer.concat([definition, data(1)]));
    await expect.poll(() => messages.map(({ address }) => address)).toEqual(['127.0.0.1', '127.0.0.1']);
  });

  it('names the address and the remedy where the port is taken, and leaves nothing open', async () => {
    const { port, receiver } = await receive();
    await expect(receive({ listen: [`127.0.0.1:${port}`] })).rejects.toThrow(
      new RegExp(`^cannot receive on TCP 127.0.0.1:${port}: .*EADDRINUSE.*; correct receive.tcp.listen$`)
    );
    expect(receiver.listening).toEqual([expect.stringMatching(/^127/), `tcp 127.0.0.1:${port}`]);
  });
});
