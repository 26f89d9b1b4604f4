/** A LogQL duration of milliseconds; at least 1 ms. */
export function duration(ms: number): string {
  const whole = Math.max(1, Math.ceil(ms));
  return whole % 1000 === 0 ? `${whole / 1000}s` : `${whole}ms`;
}
