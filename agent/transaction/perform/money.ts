// The till, behind the panel socket: the fee is begun, captured, or given back; keyed by the transaction, so that
// asking twice takes money once.
import { failure } from '../../../drivers/base/log.ts';
import { isPanelError } from '../../panel/error.ts';
import type { PaymentNews, PaymentOperation, PaymentState } from '../../panel/messages.ts';
import { promptOf } from '../../panel/prompts.ts';
import { TransactionError } from '../transaction-error.ts';
import { type Context, type Performer, within } from './context.ts';

/** Pauses between two requests to give money back, in ms: each twice the one before. */
const initialPauseMs = 500;
const maxPauseMs = 30_000;
/** How often a till that has said nothing is asked how far the payment is, in ms: its news may have been lost. */
const lookMs = 2_000;

/** Waits until the till says that the whole fee is there, by itself or when it is asked. */
export const askFee: Performer<'askFee'> = async ({ amountYen }, context) => {
  const { ports, transaction, signal } = context;
  const { panel } = ports;
  signal.throwIfAborted();
  panel.show(promptOf('pay'));
  const paid = Promise.withResolvers<void>();
  const till = async (operation: PaymentOperation): Promise<void> => {
    const { state } = await askTill(operation, amountYen, context);
    // it never heard of this payment, or forgot it: no money is in
    if (operation === 'status' && state === 'none') await till('begin');
  };
  const ask = (operation: PaymentOperation) =>
    till(operation).catch(error => {
      if (isPanelError(error) && error.code === 'panel/offline')
        ports.log.info('till not asked', { transaction, ...failure(error) }); // it is, when it is back
      else paid.reject(error);
    });
  const stop = panel.onEvent(event => {
    if (event.is === 'connected') void ask('status');
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
    look().catch(() => undefined); // over
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

/** Asks until the till has answered: money is never given up for a panel that is away. */
export const voidPayment: Performer<'void'> = async ({ amountYen }, context) => {
  const { ports, transaction, signal } = context;
  ports.panel.show(promptOf('refunding'));
  for (let pauseMs = initialPauseMs; ; pauseMs = Math.min(2 * pauseMs, maxPauseMs)) {
    try {
      const { state, paidYen } = await askTill('void', amountYen, context);
      if (state === 'voided' || state === 'none') return { is: 'voided' };
      if (state === 'refused') return { is: 'voidRefused', paidYen };
      ports.log.warn('money not given back yet', { transaction, state });
    } catch (error) {
      if (!isPanelError(error)) throw error;
      ports.log.warn('money not given back yet', { transaction, ...failure(error) });
    }
    await ports.clock.sleep(pauseMs, signal);
  }
};

/** One request. Errors: panel/offline, panel/timeout. */
function askTill(operation: PaymentOperation, amountYen: number, context: Context): Promise<PaymentNews> {
  const { ports, transaction, waits } = context;
  return ports.panel.pay(operation, transaction, amountYen, within(waits.deviceMs, context));
}

const isWhole = (state: PaymentState, news: PaymentNews, amountYen: number): boolean =>
  news.state === state && news.paidYen === amountYen;
