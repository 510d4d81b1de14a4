// The till, behind the panel socket: the fee is begun, captured, or given back; keyed by the transaction, so that
// asking twice takes money once.
import { MadoguchiError } from '../../../drivers/contract/error.ts';
import { failure } from '../../../drivers/contract/log.ts';
import type { PaymentNews } from '../../panel/messages.ts';
import { promptOf } from '../../panel/prompts.ts';
import type { Effect } from '../effect.ts';
import type { Context, Performer } from './context.ts';

type Of<N extends Effect['do']> = Extract<Effect, { do: N }>;

/** Longest pause between two requests to give money back, in ms. */
const longestPauseMs = 30_000;

export const askFee: Performer<Of<'askFee'>> = async ({ amountYen }, context) => {
  const { panel, configuration } = context.ports;
  panel.show(promptOf('pay'));
  const news = untilPaid(context, amountYen);
  const first = await panel.pay('begin', context.transaction, amountYen, configuration.waits.deviceMs);
  if (first.state === 'refused') throw new TillError('till/refused');
  if (!isPaid(first, amountYen)) await news;
  return { is: 'paid' };
};

const isPaid = (news: PaymentNews, amountYen: number): boolean =>
  (news.state === 'paid' || news.state === 'captured') && news.paidYen === amountYen;

/** Resolves when the till says that the whole fee is there; a panel that comes back is asked where it stands. */
function untilPaid({ ports, transaction, signal }: Context, amountYen: number): Promise<void> {
  const { panel, configuration } = ports;
  return new Promise<void>((resolve, reject) => {
    const stop = panel.onEvent(event => {
      if (event.is === 'connected')
        panel.pay('status', transaction, amountYen, configuration.waits.deviceMs).catch(error => {
          // gone again: its next return asks again
          ports.log.info('till not asked', { transaction, ...failure(error) });
        });
      if (event.is !== 'payment' || event.news.transaction !== transaction) return;
      if (!isPaid(event.news, amountYen)) return;
      stop();
      resolve();
    });
    signal.addEventListener('abort', () => {
      stop();
      reject(signal.reason);
    });
  });
}

export const capture: Performer<Of<'capture'>> = async ({ amountYen }, { ports, transaction }) => {
  const { waits } = ports.configuration;
  const { state } = await ports.panel.pay('capture', transaction, amountYen, waits.deviceMs / 2);
  if (state !== 'captured') throw new TillError('till/notCaptured');
  return { is: 'captured' };
};

/** Asks once; the machine asks again until there is an answer, each time after a longer pause. */
export const voidPayment: Performer<Of<'void'>> = async ({ amountYen, asked }, context) => {
  const { ports, transaction, signal } = context;
  ports.panel.show(promptOf('refunding'));
  if (asked > 0) await ports.clock.sleep(Math.min(2 ** asked * 250, longestPauseMs), signal);
  const { waits } = ports.configuration;
  const { state } = await ports.panel.pay('void', transaction, amountYen, waits.deviceMs);
  if (state === 'voided' || state === 'none') return { is: 'voided' };
  if (state === 'refused') return { is: 'voidRefused' };
  throw new TillError('till/notVoided');
};

class TillError extends MadoguchiError {
  constructor(code: 'till/refused' | 'till/notCaptured' | 'till/notVoided') {
    super(
      code,
      'The till did not do what it was asked.',
      'Look at the till; it knows the transaction by its id.',
    );
  }
}
