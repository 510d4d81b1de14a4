// What stands on a receipt and on a claim slip: when, where, who issued the certificate, whom to ask, and the transaction's numbers.
// Nothing personal.
import type { Receipt } from '../../drivers/contract/receipt.ts';
import type { Configuration } from '../protocol/configuration.ts';
import type { Offer } from '../protocol/offer.ts';
import type { Order } from '../protocol/order-choice.ts';
import { municipalityName, orderLines } from './choice.ts';
import { shortNumber } from './short-number.ts';
import { type Ending, inGroups, type TransactionId } from './state.ts';

/** Of the terminal and the moment. */
export interface SlipPlace {
  transaction: TransactionId;
  terminal: string;
  configuration: Configuration;
  /** Ms since 1970. Undefined where no clock is good enough: the slip then has no time. */
  wall: number | undefined;
}

/** `offer` names the places of the household's members. */
export function receiptOf(order: Order, offer: Offer | undefined, place: SlipPlace): Receipt {
  const { configuration } = place;
  return {
    title: '領収書',
    rows: [...origin(order, place), ...orderLines(order, configuration, offer)],
    totalYen: order.feeYen,
    notes: numbers(place.transaction),
  };
}

export function claimSlipOf(order: Order, { code }: Pick<Ending, 'code'>, place: SlipPlace): Receipt {
  return {
    title: '引換票',
    rows: [...origin(order, place), ['理由', code]],
    notes: ['店員にお渡しください。', ...numbers(place.transaction)],
  };
}

/** When, where, whom to ask, and who issues. */
function origin({ municipality }: Order, { wall, configuration, terminal }: SlipPlace): Receipt['rows'] {
  const { shop } = configuration;
  return [
    ...(wall === undefined ? [] : [['日時', timeInJapan(wall)] as const]),
    ...(shop ? ([['店舗', shop.name] as const, ['お問い合わせ', shop.contact] as const] as const) : []),
    ['端末', terminal],
    ['発行者', municipalityName(municipality, configuration)],
  ];
}

const numbers = (transaction: TransactionId): string[] => [
  `受付番号 ${shortNumber(transaction)}`,
  '取引番号',
  inGroups(transaction),
];

const timeInJapan = (wall: number): string =>
  new Date(wall).toLocaleString('ja-JP', { timeZone: 'Asia/Tokyo', dateStyle: 'medium', timeStyle: 'short' });
