// What a till may report of a payment (docs/panel.md, Payment), and the last amount that it reported itself.
import type { PaymentNews } from './messages.ts';

/** Complaint for the panel's developer about the amount of a report, or undefined. `amountYen`: the fee, where it is known. */
export function wrongAmount(
  { state, paidYen }: Pick<PaymentNews, 'state' | 'paidYen'>,
  amountYen: number | undefined,
): string | undefined {
  const rightYen = {
    none: 0,
    voided: 0,
    paid: amountYen,
    captured: amountYen,
    pending: undefined,
    refused: undefined,
  }[state];
  if (rightYen === undefined || rightYen === paidYen) return undefined;
  return `The field paidYen must be ${rightYen} with the state ${state}, and was ${paidYen}.`;
}

/** The payment that the till was asked about last, with what it reported. */
export class TillReport {
  readonly transaction: string;
  readonly amountYen: number;
  /** Undefined until the till has reported an amount. */
  reportedYen: number | undefined;

  constructor(transaction: string, amountYen: number) {
    this.transaction = transaction;
    this.amountYen = amountYen;
  }

  /** Takes a report about this payment. Returns a complaint where its amount is wrong: money that is in counts all the same. */
  take(news: PaymentNews): string | undefined {
    const { state, paidYen } = news;
    const wrong = wrongAmount(news, this.amountYen);
    // a till that refuses, or has forgotten the payment, with 0 yen says nothing of the money that it reported before
    const isSilent = paidYen === 0 && (state === 'none' || state === 'refused' || wrong !== undefined);
    if (!isSilent) this.reportedYen = paidYen;
    return wrong;
  }
}
