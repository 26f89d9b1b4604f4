import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Bounds the connections of a server: where one too many comes, the one ends that has been without a request longest.
 * To drop the new one would let whoever holds silent connections keep all others out.
 */
export function boundConnections(server: Server, max: number): void {
  const open = new Set<Socket>();
  /** Those without a request, the longest so first. */
  const idle = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    idle.add(socket);
    socket.once('close', () => {
      open.delete(socket);
      idle.delete(socket);
    });
    if (open.size > max) {
      const [longest = socket] = idle;
      // At once: its end is told of only later.
      open.delete(longest);
      idle.delete(longest);
      longest.destroy();
    }
  });
  server.on('request', ({ socket }, response) => {
    idle.delete(socket);
    response.once('close', () => {
      if (open.has(socket)) {
        idle.add(socket);
      }
    });
  });
}
