// How an end is shown: the reason's code, and what the staff do about this one. A reason that the shop must not know is shown
// as the general one.

import type { Outcome } from '../protocol/ledger.ts';

/** What the staff do about a refusal, by code: plain Japanese. */
const advice: Readonly<Record<string, string>> = {
  'issuing/minor': '15歳未満の方には交付できません。市区町村の窓口をご案内ください。',
  'issuing/moved': '転出の届出があるため交付できません。現在お住まいの市区町村の窓口をご案内ください。',
  'card/unknown': 'カードの登録が確認できません。カードを発行した市区町村の窓口をご案内ください。',
  'card/untrusted': 'カードの登録が確認できません。カードを発行した市区町村の窓口をご案内ください。',
  'card/revoked': 'カードの電子証明書が失効しています。市区町村の窓口での再発行をご案内ください。',
  'card/expired': 'カードの電子証明書の有効期限が切れています。市区町村の窓口での更新をご案内ください。',
  'card/locked': '暗証番号がロックされています。市区町村の窓口での再設定をご案内ください。',
  'standard/unknown': 'この端末で扱う市区町村に登録がありません。お住まいの市区町村の窓口をご案内ください。',
  'card/unavailable': 'センターが停止しています。時間をおいてお試しいただくようご案内ください。',
  'standard/unavailable': 'センターが停止しています。時間をおいてお試しいただくようご案内ください。',
  'issuing/unavailable': 'センターが停止しています。時間をおいてお試しいただくようご案内ください。',
  'link/timeout': 'センターから応答がありません。時間をおいてお試しいただくようご案内ください。',
  'link/offline': '通信ができません。時間をおいてお試しいただくようご案内ください。',
  'gate/lost': '端末に不具合がありました。代金が返っていることを確かめ、もう一度お試しいただいてください。',
  'print/notPrinted': '印刷できませんでした。代金が返っていることを確かめ、プリンターを確認してください。',
};

/**
 * Reasons about the resident or the order that come from the hub are shown as this one, unless they are in `advice`. Among them is
 * the protection of a record (支援措置, ADR 0030): neither the code nor the text may differ from those of another reason.
 */
export const generalRefusal = 'issuing/refused';

/** Rooms of ours whose codes say nothing about the resident. Another hub may have codes of its own in every other room. */
const ourRooms: ReadonlySet<string> = new Set([
  ...[
    'agent',
    'door',
    'gate',
    'link',
    'native',
    'page',
    'panel',
    'pay',
    'pinpad',
    'print',
    'receipt',
    'till',
  ],
  ...['authenticate', 'cardReturned', 'check', 'choose', 'confirm', 'document', 'fetch', 'issued', 'order'],
  ...['pin', 'record'],
]);
/** The rest of the card’s own codes (drivers/card/error.ts, docs/codes.md). */
const ourCardCodes: ReadonlySet<string> = new Set(
  [
    ...['absent', 'readerOffline', 'noApplication', 'foreign', 'wrongPin', 'removed', 'notVerified'],
    ...['protocol', 'timeout', 'declined', 'restarted'],
  ].map(code => `card/${code}`),
);

export interface ShownReason {
  code: string;
  /** Undefined where the end's general text says what to do. */
  staff?: string;
}

export function shownReason({ outcome, code }: { outcome: Outcome; code: string }): ShownReason {
  const staff = Object.hasOwn(advice, code) ? advice[code] : undefined;
  if (staff !== undefined) return { code, ...(outcome === 'refused' && { staff }) };
  const isOurs = ourRooms.has(code.slice(0, code.indexOf('/'))) || ourCardCodes.has(code);
  return { code: isOurs ? code : generalRefusal };
}
