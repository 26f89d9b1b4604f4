/** Whether the brokers answer, as the last request tells. */
export class KafkaHealth {
  private failure: string | undefined = 'not reached yet';
  private hasFailed = false;

  /** @param onNotice told where the brokers go away and come back. */
  constructor(private readonly onNotice: (level: 'info' | 'warn', key: string, message: string) => void) {}

  /** A request was answered. */
  succeeded(): void {
    this.failure = undefined;
    if (this.hasFailed) {
      this.hasFailed = false;
      this.onNotice('info', 'kafka-recovered', 'Kafka answers again');
    }
  }

  /** A request failed. @param reason names the brokers, and the remedy where it is known. */
  failed(reason: string, consequence: string): void {
    this.failure = reason;
    this.hasFailed = true;
    this.onNotice('warn', 'kafka', `Kafka: ${reason}; ${consequence}`);
  }

  /** Readiness: not ready before the first answer and while requests fail. */
  get state(): { ok: boolean; reason?: string } {
    return this.failure === undefined ? { ok: true } : { ok: false, reason: `Kafka: ${this.failure}` };
  }
}
