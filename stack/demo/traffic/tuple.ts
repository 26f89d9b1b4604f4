/** Addresses and ports of a packet at one place on its way. */
export interface Tuple {
  readonly sourceAddress: string;
  readonly sourcePort: number;
  readonly destinationAddress: string;
  readonly destinationPort: number;
}
