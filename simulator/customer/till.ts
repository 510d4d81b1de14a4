// The terminal's till: takes coins for one payment at a time, and answers the same question the same way twice.
// Written from docs/panel.md.

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

/** What the till is about to do: answer a request, or tell that all is paid. */
export type TillEvent =
  | { is: 'asked'; operation: TillOperation; transaction: string }
  | { is: 'paid'; transaction: string };

/** What the till says instead, `'nothing'` to stay silent; undefined lets the next behaviour try, at last the till itself. */
export type TillBehaviour = (event: TillEvent, till: Till) => TillAnswer | 'nothing' | undefined;

export class Till {
  readonly #payments = new Map<string, Payment>();
  /** Tried in order. Put a fault in front: `behaviours.unshift(fault)`. */
  readonly behaviours: TillBehaviour[] = [];
  /** Told when a payment is complete; the panel that has the till sets it. */
  onNews: (transaction: string, answer: TillAnswer) => void = () => undefined;
  /** All coins that ever went in and came out, in yen. */
  coinsIn = 0;
  coinsOut = 0;

  /** Answers the terminal; `'nothing'` where a behaviour keeps silent. */
  ask(operation: TillOperation, transaction: string, amountYen: number): TillAnswer | 'nothing' {
    const instead = this.#behave({ is: 'asked', operation, transaction });
    return instead ?? this.#obey(operation, transaction, amountYen);
  }

  /** Will not give back what it has of this payment, now or later. */
  refuse(transaction: string): TillAnswer {
    const payment = this.#payments.get(transaction);
    if (!payment) return { state: 'none', paidYen: 0 };
    payment.state = 'refused';
    return this.holds(transaction);
  }

  /** What the till has of this payment, whatever it says. */
  holds(transaction: string): TillAnswer {
    return this.#obey('status', transaction, 0);
  }

  #behave(event: TillEvent): TillAnswer | 'nothing' | undefined {
    for (const behaviour of this.behaviours) {
      const said = behaviour(event, this);
      if (said) return said;
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

  /** Coins from the customer's hand, for the payment that waits; change comes out at once. False when none waits. */
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
      this.onNews(transaction, instead ?? { state: 'paid', paidYen: payment.insertedYen });
    return true;
  }

  /** Yen that stayed, over all payments. */
  get keptYen(): number {
    return this.coinsIn - this.coinsOut;
  }
}
