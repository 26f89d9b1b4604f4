import { createRequire } from 'node:module';

/** The functions of the C library that receiving needs, and memory that it may write into. */
export interface Libc {
  socket(family: number, type: number, protocol: number): number;
  bind(fd: number, address: Uint8Array, bytes: number): number;
  getsockname(fd: number, address: Uint8Array, bytes: Uint8Array): number;
  setsockopt(fd: number, level: number, name: number, value: Uint8Array, bytes: number): number;
  getsockopt(fd: number, level: number, name: number, value: Uint8Array, bytes: Uint8Array): number;
  inet_pton(family: number, text: string, address: Uint8Array): number;
  close(fd: number): number;
  poll(fds: bigint, count: number, timeoutMs: number): number;
  recvmmsg(fd: number, heads: bigint, count: number, flags: number, timeout: null): number;
  /** Number of the last error of this thread. */
  errno(): number;
  /** Name of an error, such as `EADDRINUSE`. */
  errorName(errno: number): string;
  /** Memory that does not move, unlike that of a Buffer; it is given back when the thread ends. */
  allocate(bytes: number): { readonly address: bigint; readonly memory: ArrayBuffer };
}

type Koffi = typeof import('koffi');

/** The layouts of structures that are written here by hand are those of these. */
const ARCHITECTURES = ['x64', 'arm64'];

/**
 * The C library by way of koffi.
 * @throws Error that says why there is none: another system than 64-bit Linux, or koffi has no build for it.
 */
export function loadLibc(): Libc {
  if (process.platform !== 'linux' || !ARCHITECTURES.includes(process.arch)) {
    throw new Error(
      `recvmmsg is used on Linux on ${ARCHITECTURES.join(' and ')}, this is ${process.platform} on ${process.arch}`
    );
  }
  const koffi = createRequire(import.meta.url)('koffi') as Koffi;
  const library = koffi.load(null);
  const names = new Map(Object.entries(koffi.os.errno).map(([name, number]) => [number, name]));
  return {
    socket: library.func('int socket(int, int, int)'),
    bind: library.func('int bind(int, const void *, uint32)'),
    getsockname: library.func('int getsockname(int, void *, void *)'),
    setsockopt: library.func('int setsockopt(int, int, int, const void *, uint32)'),
    getsockopt: library.func('int getsockopt(int, int, int, void *, void *)'),
    inet_pton: library.func('int inet_pton(int, const char *, void *)'),
    close: library.func('int close(int)'),
    poll: library.func('int poll(void *, unsigned long, int)'),
    recvmmsg: library.func('int recvmmsg(int, void *, uint32, int, void *)'),
    errno: () => koffi.errno(),
    errorName: (errno) => names.get(errno) ?? `error ${errno}`,
    allocate: (bytes) => {
      const pointer: unknown = koffi.alloc('uint8', bytes);
      return { address: koffi.address(pointer), memory: koffi.view(pointer, bytes) };
    },
  };
}
