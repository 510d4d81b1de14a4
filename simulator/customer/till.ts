// The terminal's till. It takes coins for one payment at a time. Its operations are idempotent: a repeated request gets the
// same answer. It is written from docs/panel.md.

export type TillState = 'none' | 'pending' | 'paid' | 'captured' | 'voided' | 'refused';

interface Payment {
  amountYen: number;
  insertedYen: number;
  state: TillState;
}

export interface TillAnswer {
  state: TillState;
  paidYen: number;
}

export type TillOperation = 'begin' | 'status' | 'capture' | 'void';

/** What the till is about to do: answer a request, or report that the fee is paid. */
export type TillEvent =
  | { is: 'asked'; operation: TillOperation; transaction: string }
  | { is: 'paid'; transaction: string };

/** An answer in place of the till's own; `'nothing'`: no answer. Undefined: the next behaviour is tried, then the till. */
export type TillBehaviour = (event: TillEvent, till: Till) => TillAnswer | 'nothing' | undefined;

export class Till {
  readonly #payments = new Map<string, Payment>();
  /** Tried in order. Put a fault in front: `behaviours.unshift(fault)`. */
  readonly behaviours: TillBehaviour[] = [];
  /** Called when a payment is complete. The panel that has the till sets it. */
  onPaid: (transaction: string, answer: TillAnswer) => void = () => undefined;
  /** Totals of all coins that were inserted and returned, in yen. */
  coinsIn = 0;
  coinsOut = 0;

  /** The answer to a request of the terminal; `'nothing'` if a behaviour does not answer. */
  ask(operation: TillOperation, transaction: string, amountYen: number): TillAnswer | 'nothing' {
    const instead = this.#behave({ is: 'asked', operation, transaction });
    return instead ?? this.#obey(operation, transaction, amountYen);
  }

  /** Refuses to return the coins of this payment, now and later. */
  refuse(transaction: string): TillAnswer {
    const payment = this.#payments.get(transaction);
    if (!payment) return { state: 'none', paidYen: 0 };
    payment.state = 'refused';
    return this.holds(transaction);
  }

  /** The state and the coins of this payment, whatever a behaviour answers. */
  holds(transaction: string): TillAnswer {
    return this.#obey('status', transaction, 0);
  }

  #behave(event: TillEvent): TillAnswer | 'nothing' | undefined {
    for (const behaviour of this.behaviours) {
      const answer = behaviour(event, this);
      if (answer) return answer;
    }
    return undefined;
  }

  #obey(operation: TillOperation, transaction: string, amountYen: number): TillAnswer {
    const payment = this.#payments.get(transaction);
    if (!payment) {
      if (operation !== 'begin') return { state: 'none', paidYen: 0 };
      this.#payments.set(transaction, { amountYen, insertedYen: 0, state: 'pending' });
      return { state: 'pending', paidYen: 0 };
    }
    if (operation === 'capture' && payment.state === 'paid') payment.state = 'captured';
    if (operation === 'void' && payment.state !== 'voided' && payment.state !== 'refused') {
      this.coinsOut += payment.insertedYen;
      payment.insertedYen = 0;
      payment.state = 'voided';
    }
    return { state: payment.state, paidYen: payment.insertedYen };
  }

  /** Takes coins for the pending payment and returns the change at once. False if no payment is pending. */
  insert(yen: number): boolean {
    const open = [...this.#payments].find(([, { state }]) => state === 'pending');
    if (!open) return false;
    const [transaction, payment] = open;
    this.coinsIn += yen;
    payment.insertedYen += yen;
    const changeYen = payment.insertedYen - payment.amountYen;
    if (changeYen < 0) return true;
    this.coinsOut += changeYen;
    payment.insertedYen = payment.amountYen;
    payment.state = 'paid';
    const instead = this.#behave({ is: 'paid', transaction });
    if (instead !== 'nothing')
      this.onPaid(transaction, instead ?? { state: 'paid', paidYen: payment.insertedYen });
    return true;
  }

  /** Yen in the till, over all payments. */
  get keptYen(): number {
    return this.coinsIn - this.coinsOut;
  }
}
