/**
 * The thread that receives: takes datagrams from all sockets, many in one call (recvmmsg), and puts them into the ring
 * that it shares with the thread that decodes. So a burst, or a pause of that one, finds room beyond the kernel's.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { loadLibc } from './libc';
import { CONTROL, RingWriter, SLOT_BYTES, type SharedRing } from './ring';

/** What the thread is started with. */
export interface ThreadData {
  readonly fds: readonly number[];
  readonly ring: SharedRing;
}

/** What it says: that it receives, that there is something in the ring, or that a socket fails. */
export type ThreadMessage = { readonly socket: number; readonly error: string } | 'datagrams' | 'ready';

/** Datagrams of one call. */
const AT_ONCE = 64;
/** How often it looks whether it is to stop. */
const POLL_MS = 100;
/** After what came was taken, more may gather for so long: one call for many is what makes it cheap. */
const GATHER_MS = 2;
/** How often it looks for room while the ring is full, and how long at the end. */
const FULL_MS = 1;
const STOPPING_MS = 1000;
/** Calls for one socket before the others get their turn. */
const CALLS = 64;
/** A socket that fails is told of once in so long. */
const ERROR_EVERY_MS = 1000;

const EINTR = 4;
const EAGAIN = 11;
const MSG_DONTWAIT = 0x40;
const AF_INET = 2;
const POLLFD_BYTES = 8;
const POLLIN = 1;
const NAME_BYTES = 32;
const IOVEC_BYTES = 16;
/** `struct mmsghdr` on 64 bits: a `msghdr` of 56 bytes, then the length of what came. */
const HEAD_WORDS = 16;
const NAME_LENGTH_WORD = 2;
const LENGTH_WORD = 14;
/** The words of `::ffff:0:0/96` before an IPv4 address, as they stand in the memory of a little-endian machine. */
const MAPPED_WORD = 0xffff_0000 | 0;

const { fds, ring } = workerData as ThreadData;
const libc = loadLibc();
const control = new Int32Array(ring.control);
const writer = new RingWriter(ring);

const payloads = libc.allocate(AT_ONCE * SLOT_BYTES);
const names = libc.allocate(AT_ONCE * NAME_BYTES);
const vectors = libc.allocate(AT_ONCE * IOVEC_BYTES);
const heads = libc.allocate(AT_ONCE * HEAD_WORDS * 4);
const polled = libc.allocate(fds.length * POLLFD_BYTES);
const payloadWords = new Int32Array(payloads.memory);
const nameWords = new Int32Array(names.memory);
const nameHalves = new Uint16Array(names.memory);
const headWords = new Int32Array(heads.memory);
const polledWords = new Int32Array(polled.memory);
const toldMs = fds.map(() => 0);

prepare();
run();

function prepare(): void {
  new Uint8Array(heads.memory).fill(0);
  const vector = new BigUint64Array(vectors.memory);
  const head = new BigUint64Array(heads.memory);
  for (let i = 0; i < AT_ONCE; i++) {
    vector[2 * i] = payloads.address + BigInt(i * SLOT_BYTES);
    vector[2 * i + 1] = BigInt(SLOT_BYTES);
    head[8 * i] = names.address + BigInt(i * NAME_BYTES);
    head[8 * i + 2] = vectors.address + BigInt(i * IOVEC_BYTES);
    head[8 * i + 3] = 1n;
    headWords[HEAD_WORDS * i + NAME_LENGTH_WORD] = NAME_BYTES;
  }
  fds.forEach((fd, index) => {
    polledWords[2 * index] = fd;
    polledWords[2 * index + 1] = POLLIN;
  });
}

function run(): void {
  parentPort!.postMessage('ready' satisfies ThreadMessage);
  while (Atomics.load(control, CONTROL.stop) === 0) {
    if (libc.poll(polled.address, fds.length, POLL_MS) > 0) {
      fds.forEach((fd, index) => {
        if (polledWords[2 * index + 1]! >> 16 !== 0) {
          receiveAll(fd, index);
        }
      });
      Atomics.wait(control, CONTROL.stop, 0, GATHER_MS);
    }
  }
  // What the kernel holds came before the end.
  fds.forEach(receiveAll);
}

function receiveAll(fd: number, socket: number): void {
  let count = AT_ONCE;
  // As long as each call fetches as many as it can; others wait meanwhile, but not for ever.
  for (let calls = 0; count === AT_ONCE && calls < CALLS; calls++) {
    if (!waitForRoom()) {
      return;
    }
    count = libc.recvmmsg(fd, heads.address, AT_ONCE, MSG_DONTWAIT, null);
    if (count < 0) {
      tell(socket, libc.errno());
      return;
    }
    const nowMs = Date.now();
    for (let i = 0; i < count; i++) {
      putOne(i, socket, nowMs);
    }
    if (count > 0 && writer.publish()) {
      parentPort!.postMessage('datagrams' satisfies ThreadMessage);
    }
  }
}

/** While the ring is full the kernel keeps what comes, and counts what it cannot. @returns false at the end. */
function waitForRoom(): boolean {
  for (let waitedMs = 0; !writer.hasRoom(AT_ONCE); waitedMs += FULL_MS) {
    if (waitedMs >= STOPPING_MS && Atomics.load(control, CONTROL.stop) !== 0) {
      return false;
    }
    Atomics.wait(control, CONTROL.pause, 0, FULL_MS);
  }
  return true;
}

function putOne(i: number, socket: number, nowMs: number): void {
  const name = (i * NAME_BYTES) >> 2;
  const bytes = headWords[HEAD_WORDS * i + LENGTH_WORD]!;
  const word = nameHalves[2 * name + 1]!;
  const port = ((word & 0xff) << 8) | (word >> 8);
  const at = (i * SLOT_BYTES) >> 2;
  if (nameHalves[2 * name] === AF_INET) {
    writer.put(payloadWords, at, bytes, socket, port, 0, 0, MAPPED_WORD, nameWords[name + 1]!, nowMs);
  } else {
    const a = nameWords[name + 2]!;
    const b = nameWords[name + 3]!;
    writer.put(payloadWords, at, bytes, socket, port, a, b, nameWords[name + 4]!, nameWords[name + 5]!, nowMs);
  }
  headWords[HEAD_WORDS * i + NAME_LENGTH_WORD] = NAME_BYTES;
}

function tell(socket: number, errno: number): void {
  const nowMs = Date.now();
  if (errno !== EAGAIN && errno !== EINTR && nowMs - toldMs[socket]! >= ERROR_EVERY_MS) {
    toldMs[socket] = nowMs;
    parentPort!.postMessage({ socket, error: libc.errorName(errno) } satisfies ThreadMessage);
  }
}
