const IPFIX = 10;
const HEADER = 16;
/** Bytes that tell version and length. */
const PREFIX = 4;

/** What a sender has sent is no row of IPFIX messages; where the next one starts cannot be known any more. */
export class FramingError extends Error {
  override readonly name = 'FramingError';
}

/**
 * Cuts a stream of bytes into IPFIX messages by the length that each has in its header (RFC 7011 §10.4.2). It never
 * holds more than the message that is under way, 65,535 bytes at most, and looks at each byte once.
 */
export class MessageFramer {
  private readonly prefix = Buffer.alloc(PREFIX);
  private prefixLength = 0;
  private message: Buffer | undefined;
  private filled = 0;

  /** Bytes held of a message that is not complete. */
  get pending(): number {
    return this.message === undefined ? this.prefixLength : this.filled;
  }

  /**
   * The messages that a piece of the stream completes.
   * @throws FramingError where it is no IPFIX; the messages before are given first.
   */
  *push(chunk: Buffer): Generator<Buffer> {
    let at = 0;
    while (at < chunk.length) {
      if (this.message === undefined) {
        at += this.readPrefix(chunk, at);
      } else {
        at += this.fill(this.message, chunk, at);
      }
      if (this.message !== undefined && this.filled === this.message.length) {
        const complete = this.message;
        this.message = undefined;
        this.prefixLength = 0;
        yield complete;
      }
    }
  }

  private readPrefix(chunk: Buffer, at: number): number {
    const taken = chunk.copy(this.prefix, this.prefixLength, at, at + PREFIX - this.prefixLength);
    this.prefixLength += taken;
    if (this.prefixLength === PREFIX) {
      const version = this.prefix.readUInt16BE(0);
      const length = this.prefix.readUInt16BE(2);
      if (version !== IPFIX) {
        throw new FramingError(`a message of version ${version}, where only IPFIX (10) can be`);
      }
      if (length < HEADER) {
        throw new FramingError(`an IPFIX message of ${length} bytes, its header alone has ${HEADER}`);
      }
      this.message = Buffer.allocUnsafeSlow(length);
      this.prefix.copy(this.message);
      this.filled = PREFIX;
    }
    return taken;
  }

  private fill(message: Buffer, chunk: Buffer, at: number): number {
    const taken = chunk.copy(message, this.filled, at, at + message.length - this.filled);
    this.filled += taken;
    return taken;
  }
}
