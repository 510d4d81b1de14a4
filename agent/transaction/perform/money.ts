// Payment, by the till behind the panel socket: begins, captures and returns the fee. Each request is keyed by the transaction,
// so that a repeated request takes the money only once.
import { failure } from '../../../drivers/base/log.ts';
import { isPanelError, PanelError } from '../../panel/error.ts';
import type { PaymentNews, PaymentOperation, PaymentState } from '../../panel/messages.ts';
import { promptOf } from '../../panel/prompts.ts';
import { tillMs } from '../deadlines.ts';
import { TransactionError } from '../transaction-error.ts';
import { type Context, type Performer, within } from './context.ts';

/** Pauses between two requests to return the money, in ms. Each pause is twice the previous one, up to the max. */
const initialPauseMs = 500;
const maxPauseMs = 30_000;
/** Interval at which the till is asked for the state of the payment, in ms: its news may have been lost. */
const lookMs = 2_000;

/** Waits until the till reports, unasked or when asked, that the whole fee is paid. */
export const askFee: Performer<'askFee'> = async ({ amountYen }, context) => {
  const { ports, transaction, signal } = context;
  const { panel } = ports;
  signal.throwIfAborted();
  panel.show(promptOf('pay'));
  const paid = Promise.withResolvers<void>();
  const till = async (operation: PaymentOperation): Promise<void> => {
    const { state } = await askTill(operation, amountYen, context);
    if (operation !== 'status' || state !== 'none') return;
    if (panel.reportedYen(transaction)) throw new TransactionError('till/forgot');
    await till('begin'); // it received no request, or forgot it before any money came in
  };
  const ask = (operation: PaymentOperation) =>
    till(operation).catch(error => {
      if (isPanelError(error) && error.code === 'panel/offline')
        ports.log.info('till not asked', { transaction, ...failure(error) }); // it is asked when it is connected again
      else paid.reject(error);
    });
  const stop = panel.onEvent(event => {
    if (event.is === 'connected') void ask('status');
    if (event.is === 'wrongPayment' && event.transaction === transaction)
      paid.reject(new PanelError('panel/wrongAmount'));
    if (event.is !== 'payment' || event.news.transaction !== transaction) return;
    const { state } = event.news;
    if (isWhole('paid', event.news, amountYen) || isWhole('captured', event.news, amountYen)) paid.resolve();
    if (state === 'refused' || state === 'voided') paid.reject(new TransactionError('till/refused'));
  });
  const abort = () => paid.reject(signal.reason);
  signal.addEventListener('abort', abort);
  const over = new AbortController();
  const look = async () => {
    for (;;) {
      await ports.clock.sleep(lookMs, over.signal);
      await ask('status');
    }
  };
  try {
    void ask('begin');
    look().catch(() => undefined); // the wait has ended
    await paid.promise;
    return { is: 'paid' };
  } finally {
    over.abort();
    stop();
    signal.removeEventListener('abort', abort);
  }
};

export const capture: Performer<'capture'> = async ({ amountYen }, context) => {
  const news = await askTill('capture', amountYen, context);
  if (!isWhole('captured', news, amountYen)) throw new TransactionError('till/notCaptured');
  return { is: 'captured' };
};

/**
 * Asks until the till has answered. A panel that is away, or silent, does not end the refund. One that answers, but for `payMs` neither
 * that it returned the money nor that it refuses, does. Where the till will not return the money, or does not know of it any more, the
 * last amount that it reported itself counts.
 */
export const voidPayment: Performer<'void'> = async ({ amountYen, reportedYen }, context) => {
  const { ports, transaction, signal, waits } = context;
  const { panel } = ports;
  const lastYen = () => panel.reportedYen(transaction) ?? reportedYen;
  let uselessSinceMs: number | undefined;
  const isUseless = (error: PanelError) =>
    error.code === 'panel/wrongAmount' || error.code === 'panel/wrongAnswer';
  const retryLater = (error: unknown): void => {
    if (!isPanelError(error)) throw error;
    if (isUseless(error)) uselessSinceMs ??= ports.clock.now();
    ports.log.warn('money not returned yet', { transaction, ...failure(error) });
  };
  panel.show(promptOf('refunding'));
  // a coin may have come in since its last report, or while this agent was away
  await askTill('status', amountYen, context).catch(retryLater);
  for (let pauseMs = initialPauseMs; ; pauseMs = Math.min(2 * pauseMs, maxPauseMs)) {
    const beforeYen = lastYen();
    try {
      const { state, paidYen } = await askTill('void', amountYen, context);
      const heldYen = paidYen || beforeYen;
      if (state === 'voided' || (state === 'none' && heldYen === 0)) return { is: 'voided' };
      if (state === 'refused' || state === 'none') return { is: 'voidRefused', paidYen: heldYen };
      ports.log.warn('money not returned yet', { transaction, state });
      uselessSinceMs ??= ports.clock.now();
    } catch (error) {
      retryLater(error);
    }
    if (uselessSinceMs !== undefined && ports.clock.now() - uselessSinceMs >= waits.payMs)
      return { is: 'voidRefused', paidYen: lastYen(), code: 'till/notVoided' };
    await ports.clock.sleep(pauseMs, signal);
  }
};

/** Sends one request to the till. Errors: panel/offline, panel/timeout, panel/wrongAmount, panel/wrongAnswer. */
function askTill(operation: PaymentOperation, amountYen: number, context: Context): Promise<PaymentNews> {
  const { ports, transaction, waits } = context;
  return ports.panel.pay(operation, transaction, amountYen, within(tillMs(waits), context));
}

const isWhole = (state: PaymentState, news: PaymentNews, amountYen: number): boolean =>
  news.state === state && news.paidYen === amountYen;
