/**
 * What settlements say beside URLs: how far each output is written, in which order it was told so, and the sums all workers share.
 * It checks sequences; it knows neither leases nor URLs.
 */
import type { OfferReport, Settlement } from './frontier.ts';

/** How far one output is. */
export interface OutputRecord {
  readonly checkpoint: unknown;
  /** Of its last settlement; 0 before. */
  readonly sequence: number;
}

/** What a ledger keeps, for an engine that makes it durable. */
export interface LedgerRecord {
  readonly outputs: Readonly<Record<string, OutputRecord>>;
  readonly sums: Readonly<Record<string, number>>;
  /** Towards `maxPages`. */
  readonly counted: number;
}

const UNKNOWN: OutputRecord = Object.freeze({ checkpoint: undefined, sequence: 0 });

/** The outputs and sums of one frontier. */
export class OutputLedger {
  readonly #outputs = new Map<string, OutputRecord>();
  readonly #sums = new Map<string, number>();
  readonly #lastReports = new Map<string, OfferReport>();
  #counted = 0;

  get counted(): number {
    return this.#counted;
  }

  /** How far an output is. */
  output(name: string): OutputRecord {
    return this.#outputs.get(name) ?? UNKNOWN;
  }

  get outputs(): readonly string[] {
    return [...this.#outputs.keys()];
  }

  get sums(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#sums);
  }

  /** What a settlement's number means: the next one, the last one again, or one that does not follow. */
  orderOf({ output = '', sequence }: Settlement): 'next' | 'repeat' | 'gap' {
    if (sequence === undefined) return 'next';
    const last = this.output(output).sequence;
    if (sequence === last + 1) return 'next';
    return sequence === last && last > 0 ? 'repeat' : 'gap';
  }

  /** The report of an output's last settlement, for a caller that asks again. */
  lastReport(output = ''): OfferReport {
    return this.#lastReports.get(output) ?? { accepted: 0, duplicates: 0, refused: 0 };
  }

  /** Takes a settlement in. Gives true when something of it is to be kept. */
  apply(settlement: Settlement, counted: number, report: OfferReport): boolean {
    const { output = '', sequence, checkpoint, sums = {} } = settlement;
    this.#counted += counted;
    for (const [name, value] of Object.entries(sums))
      this.#sums.set(name, (this.#sums.get(name) ?? 0) + value);
    if (sequence !== undefined || checkpoint !== undefined) {
      const last = this.output(output);
      this.#outputs.set(output, {
        checkpoint: checkpoint ?? last.checkpoint,
        sequence: sequence ?? last.sequence,
      });
    }
    if (sequence !== undefined) this.#lastReports.set(output, report);
    return counted > 0 || sequence !== undefined || checkpoint !== undefined || Object.keys(sums).length > 0;
  }

  record(): LedgerRecord {
    return { outputs: Object.fromEntries(this.#outputs), sums: this.sums, counted: this.#counted };
  }

  restore({ outputs, sums, counted }: LedgerRecord): void {
    for (const [name, { checkpoint, sequence }] of Object.entries(outputs))
      this.#outputs.set(name, { checkpoint, sequence });
    for (const [name, value] of Object.entries(sums)) this.#sums.set(name, value);
    this.#counted = counted;
  }
}
