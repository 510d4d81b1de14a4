// The card in the reader, from readCard until it is removed.
import { CardError } from '../card/error.ts';
import type { CardReader, IdCard } from '../contract/card.ts';

export class CardSlot {
  #reader: CardReader;
  #card: IdCard | undefined;
  #left = new AbortController();

  constructor(reader: CardReader) {
    this.#reader = reader;
    reader.onEvent(event => {
      if (event === 'removed' || event === 'offline') this.#forget();
    });
  }

  /** Connects to the card again. A verified PIN is no longer valid then. Errors: those of CardReader.open. */
  async open(): Promise<IdCard> {
    this.#forget();
    const { signal } = this.#left;
    const card = await this.#reader.open();
    if (signal.aborted) throw removed();
    this.#card = card;
    return card;
  }

  /** Returns the card that was read, and a signal that aborts with card/removed when the card is removed. Errors: card/removed. */
  current(): { card: IdCard; left: AbortSignal } {
    if (!this.#card) throw removed();
    return { card: this.#card, left: this.#left.signal };
  }

  #forget(): void {
    this.#card = undefined;
    this.#left.abort(removed());
    this.#left = new AbortController();
  }
}

const removed = () => new CardError('card/removed', { completion: 'userError' });
