import koffi from 'koffi';

const AF_INET = 2;
const SOCK_DGRAM = 2;
const IOVEC_BYTES = 16;
const MMSGHDR_BYTES = 64;
/** Datagrams handed to the kernel at once. */
const AT_ONCE = 64;

const libc = koffi.load(null);
const socket = libc.func('int socket(int, int, int)');
const bind = libc.func('int bind(int, const void *, uint32)');
const connect = libc.func('int connect(int, const void *, uint32)');
const sendmmsg = libc.func('int sendmmsg(int, void *, uint32, int)');

function address(host: string, port: number): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt16LE(AF_INET, 0);
  bytes.writeUInt16BE(port, 2);
  host.split('.').forEach((part, index) => (bytes[4 + index] = Number(part)));
  return bytes;
}

function check(result: number, what: string): number {
  if (result < 0) {
    throw new Error(`${what} failed: errno ${koffi.errno()}`);
  }
  return result;
}

/** Memory that the kernel reads: it must not move, as that of a Buffer may. */
export class NativeBytes {
  readonly address: bigint;
  readonly bytes: Buffer;

  constructor(size: number) {
    const memory: unknown = koffi.alloc('uint8', size);
    this.address = koffi.address(memory);
    this.bytes = Buffer.from(koffi.view(memory, size));
  }
}

/** A socket of one exporter, which sends many datagrams in one call (sendmmsg, Linux). */
export class SendSocket {
  private readonly fd: number;
  private readonly heads = new NativeBytes(AT_ONCE * MMSGHDR_BYTES);
  private readonly vectors = new NativeBytes(AT_ONCE * IOVEC_BYTES);

  constructor(host: string, port: number) {
    this.fd = check(socket(AF_INET, SOCK_DGRAM, 0) as number, 'socket');
    check(bind(this.fd, address(host, 0), 16) as number, `bind to ${host}`);
    check(connect(this.fd, address('127.0.0.1', port), 16) as number, 'connect');
    for (let i = 0; i < AT_ONCE; i++) {
      const at = i * MMSGHDR_BYTES;
      this.heads.bytes.writeBigUInt64LE(this.vectors.address + BigInt(i * IOVEC_BYTES), at + 16);
      this.heads.bytes.writeBigUInt64LE(1n, at + 24);
    }
  }

  /** Sends datagrams that stand in native memory, `count` of them at most 64; waits where the kernel makes it. */
  send(memory: NativeBytes, offsets: Uint32Array, lengths: Uint16Array, from: number, count: number): number {
    for (let i = 0; i < count; i++) {
      this.vectors.bytes.writeBigUInt64LE(memory.address + BigInt(offsets[from + i]!), i * IOVEC_BYTES);
      this.vectors.bytes.writeBigUInt64LE(BigInt(lengths[from + i]!), i * IOVEC_BYTES + 8);
    }
    return check(sendmmsg(this.fd, this.heads.address, count, 0) as number, 'sendmmsg');
  }
}
