import { isIPv6 } from 'node:net';
import type { Listen } from '../listen';
import type { Libc } from './libc';

/** Numbers of Linux (bits/socket.h, asm-generic/socket.h), and sizes of its addresses. */
const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_DGRAM = 2;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const SO_RCVBUFFORCE = 33;
const IPPROTO_IPV6 = 41;
const IPV6_V6ONLY = 26;
const ADDRESS_BYTES = { [AF_INET]: 16, [AF_INET6]: 28 } as const;
/** Where the address itself stands in sockaddr_in and sockaddr_in6. */
const HOST_AT = { [AF_INET]: 4, [AF_INET6]: 8 } as const;

/** A bound socket. */
export interface NativeSocket {
  readonly fd: number;
  readonly address: Listen;
  /** Bytes of datagrams that may wait in the kernel, its own bookkeeping included. */
  readonly bufferBytes: number;
}

/**
 * Opens and binds a UDP socket; on `::` it takes IPv4 too.
 * @param bufferBytes buffer asked of the kernel, which gives no more than `net.core.rmem_max` without CAP_NET_ADMIN.
 * @throws Error with `code` as Node's own have it.
 */
export function openNative(libc: Libc, host: string, port: number, bufferBytes: number): NativeSocket {
  const family = isIPv6(host) ? AF_INET6 : AF_INET;
  const check = (result: number, call: string) => {
    if (result < 0) {
      const code = libc.errorName(libc.errno());
      throw Object.assign(new Error(`${call} ${code} ${host}:${port}`), { code });
    }
    return result;
  };
  const fd = check(libc.socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), 'socket');
  try {
    if (family === AF_INET6) {
      check(libc.setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, number(0), 4), 'setsockopt');
    }
    check(libc.bind(fd, socketAddress(libc, family, host, port), ADDRESS_BYTES[family]), 'bind');
    const bound = Buffer.alloc(ADDRESS_BYTES[AF_INET6]);
    check(libc.getsockname(fd, bound, number(bound.length)), 'getsockname');
    return { fd, address: { host, port: bound.readUInt16BE(2) }, bufferBytes: growBuffer(libc, fd, bufferBytes) };
  } catch (error) {
    libc.close(fd);
    throw error;
  }
}

function socketAddress(libc: Libc, family: typeof AF_INET | typeof AF_INET6, host: string, port: number): Buffer {
  const address = Buffer.alloc(ADDRESS_BYTES[family]);
  address.writeUInt16LE(family, 0);
  address.writeUInt16BE(port, 2);
  libc.inet_pton(family, host, address.subarray(HOST_AT[family]));
  return address;
}

function growBuffer(libc: Libc, fd: number, bytes: number): number {
  if (libc.setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, number(bytes), 4) < 0) {
    libc.setsockopt(fd, SOL_SOCKET, SO_RCVBUF, number(bytes), 4);
  }
  const got = number(0);
  libc.getsockopt(fd, SOL_SOCKET, SO_RCVBUF, got, number(4));
  return got.readInt32LE(0);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}
