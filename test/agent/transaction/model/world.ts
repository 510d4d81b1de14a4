// The world of one transaction: card, till, gate, printers. It does all, half or nothing of what it is asked for, and remembers the
// outcome. `wrongs` collects what must never happen there.
import type { Order } from '../../../../agent/protocol/order-choice.ts';

export type PrintResult = 'printed' | 'notPrinted' | 'unknown';

interface Gate {
  document: 'none' | 'ours' | 'another' | 'anotherCitys' | 'checked';
  job?: number;
  printed?: PrintResult;
}

export class World {
  card: 'in' | 'out' = 'in';
  askedBack = false;
  tries = 3;
  order: Order | undefined;
  till: 'none' | 'pending' | 'paid' | 'captured' | 'voided' | 'refused' = 'none';
  coinsYen = 0;
  /** Undefined where it holds no transaction: closed, or gone with its memory. */
  gate: Gate | undefined;
  sheets = 0;
  jobs = 0;
  receipts = 0;
  slips = 0;
  readonly wrongs: string[] = [];

  get feeYen(): number {
    return this.order?.feeYen ?? 0;
  }

  /** Sheets that the order comes to. */
  get expected(): number {
    return this.order?.copies ?? 0;
  }

  /** The fee is asked for, and `coinsYen` of it come in. A payment that was begun before or was returned takes none. */
  beginPayment(coinsYen: number): void {
    if (this.card === 'in') this.wrongs.push('the fee was asked for while the card is in');
    if (this.gate?.document !== 'checked')
      this.wrongs.push('the fee was asked for without a checked document');
    if (this.till !== 'none') return;
    this.coinsYen = coinsYen;
    this.till = coinsYen === this.feeYen ? 'paid' : 'pending';
  }

  capture(): boolean {
    if (this.till === 'paid') this.till = 'captured';
    return this.till === 'captured';
  }

  cancel(): void {
    if (this.till !== 'none') this.till = 'voided';
    this.coinsYen = 0;
  }

  makeJob(): boolean {
    if (this.gate?.document !== 'checked' || this.gate.job !== undefined) return false;
    this.gate.job = ++this.jobs;
    return true;
  }

  /** What the printer reports to a gate that finds a previous gate's note; undefined where there is no note. */
  printerSays(): PrintResult | undefined {
    if (this.jobs === 0) return undefined;
    if (this.sheets === 0) return 'notPrinted';
    return this.sheets === this.expected ? 'printed' : 'unknown';
  }

  /** Sends the document where that was not done before. Returns the gate's result; undefined where the gate does not know the transaction. */
  print(result: PrintResult, sheets: number): PrintResult | undefined {
    if (this.gate?.job === undefined) return undefined;
    if (this.gate.printed) return this.gate.printed;
    if (this.coinsYen !== this.feeYen || (this.feeYen > 0 && this.till !== 'captured'))
      this.wrongs.push('paper came out that is not paid for');
    if (this.card === 'in') this.wrongs.push('paper came out while the card is in');
    this.sheets += sheets;
    this.gate.printed = result;
    this.gate.document = 'none';
    return result;
  }
}
