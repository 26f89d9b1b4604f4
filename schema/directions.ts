/** `FlowDirection`, seen from the node that exported. */
export const DIRECTION = { ingress: 0, egress: 1, inner: 2 } as const;

/** Words for `FlowDirection`. */
export const DIRECTION_NAMES: Readonly<Record<number, string>> = { 0: 'Ingress', 1: 'Egress', 2: 'Inner' };

const TCP_FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'] as const;

/** Names of the TCP control bits set in `Flags`, lowest bit first. */
export function tcpFlagNames(flags: number): string[] {
  return TCP_FLAGS.filter((_, bit) => (flags & (1 << bit)) !== 0);
}
