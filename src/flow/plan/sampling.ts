/** Traffic by the sampling that its figures were estimated from. */
export interface SampledTraffic {
  /** One packet in so many was seen; 1 where all were. */
  readonly sampling: number;
  /** Packets, as estimated. */
  readonly packets: number;
}

/** Two-sided 95% of a normal distribution. */
const Z_95 = 1.96;

/**
 * How far an estimate may be off, as a share of it, at 95%: 0.05 means ±5%. Each packet is seen with the chance
 * 1 in N, so that an estimate of P packets has the variance (N − 1) P. It holds for bytes too, as far as packets are
 * about of one size; where sizes differ much, bytes are off by up to twice as much.
 * @returns 0 where every packet was seen, Infinity where none was.
 */
export function samplingError(traffic: readonly SampledTraffic[]): number {
  const packets = traffic.reduce((sum, one) => sum + one.packets, 0);
  const variance = traffic.reduce((sum, one) => sum + Math.max(0, one.sampling - 1) * one.packets, 0);
  if (variance === 0 && packets > 0) {
    return 0;
  }
  return packets === 0 ? Infinity : (Z_95 * Math.sqrt(variance)) / packets;
}
