// All prompts for residents and the store's staff, by id: plain Japanese, with the lamp and the sound that go with them.
import type { Lamp, Prompt, Sound } from './messages.ts';

const prompt = (lamp: Lamp, sound: Sound, text: string, staff?: string): Omit<Prompt, 'id'> => ({
  ...{ lamp, sound, text },
  ...(staff && { staff }),
});

const prompts = {
  insertCard: prompt('card', 'none', 'マイナンバーカードを置いてください。'),
  outOfService: prompt('staff', 'none', 'ただいま証明書の交付はご利用いただけません。'),
  readingCard: prompt('none', 'none', 'カードを読み取っています。そのままお待ちください。'),
  enterPin: prompt('pinpad', 'guide', '暗証番号4桁を入力し、確定を押してください。'),
  wrongPin: prompt('pinpad', 'error', '暗証番号が違います。もう一度入力してください。'),
  lastTry: prompt(
    'screen',
    'error',
    '暗証番号の入力はあと1回です。間違えるとカードがロックされます。続けますか。',
  ),
  authenticating: prompt('none', 'none', '本人確認をしています。しばらくお待ちください。'),
  choose: prompt('screen', 'guide', '必要な証明書を選んでください。'),
  confirm: prompt('screen', 'guide', '内容と手数料をご確認ください。'),
  ordering: prompt('none', 'none', '申請を送っています。カードはそのままお待ちください。'),
  takeCard: prompt('card', 'remind', 'カードをお取りください。'),
  fetching: prompt('none', 'none', '証明書を受け取っています。しばらくお待ちください。'),
  pay: prompt('money', 'guide', '手数料をお支払いください。'),
  printing: prompt('paper', 'none', '証明書を印刷しています。しばらくお待ちください。'),
  printerNeedsStaff: prompt('staff', 'remind', '店員をお呼びください。プリンターの用紙を確認しています。'),
  receipt: prompt('receipt', 'none', '領収書を印刷しています。'),
  refunding: prompt('money', 'none', '代金をお返ししています。しばらくお待ちください。'),
  issued: prompt('paper', 'done', '証明書と領収書をお取りください。ありがとうございました。'),
  issuedWithoutReceipt: prompt(
    'paper',
    'done',
    '証明書をお取りください。領収書が必要な方は店員にお申し出ください。',
    '領収書が出ていなければ、求めに応じて手書きで発行してください。',
  ),
  refused: prompt(
    'staff',
    'error',
    '証明書を交付できませんでした。代金はいただきません。店員におたずねください。',
    'お支払い済みの代金が返っていることを確かめ、市区町村の窓口をご案内ください。',
  ),
  abandoned: prompt(
    'none',
    'error',
    '取引を中止しました。代金はいただきません。はじめからやり直すには、カードを置き直してください。',
  ),
  refundDue: prompt(
    'staff',
    'error',
    '返金が必要です。引換票または画面の番号を店員にお示しください。',
    '引換票がなければ画面の番号をお客様に控えていただき、返金について管理者に連絡してください。',
  ),
  unknown: prompt(
    'staff',
    'error',
    '印刷の結果を確認できません。引換票または画面の番号を店員にお示しください。',
    '引換票がなければ画面の番号をお客様に控えていただき、排紙トレイを確かめて管理者に連絡してください。',
  ),
  cardLocked: prompt('staff', 'error', 'カードがロックされています。市区町村の窓口で再設定してください。'),
  cardExpired: prompt(
    'none',
    'error',
    'カードの電子証明書の有効期限が切れています。市区町村の窓口で更新してください。',
  ),
  cardForeign: prompt(
    'none',
    'error',
    'このカードはご利用いただけません。マイナンバーカードをお使いください。',
  ),
  cardNoApplication: prompt(
    'none',
    'error',
    'このカードには利用者証明用電子証明書がありません。市の自動交付機か窓口をご利用ください。',
  ),
} satisfies Record<string, Omit<Prompt, 'id'>>;

export type PromptId = keyof typeof prompts;
export const promptIds = Object.keys(prompts) as PromptId[];

/** Prompts in place of the outcome's general one, where the resident can do something about the reason. */
export const promptForCode: Readonly<Record<string, PromptId>> = {
  'card/locked': 'cardLocked',
  'card/expired': 'cardExpired',
  'card/foreign': 'cardForeign',
  'card/noApplication': 'cardNoApplication',
  'issued/withoutReceipt': 'issuedWithoutReceipt',
};

export const promptOf = (id: PromptId): Prompt => ({ id, ...prompts[id] });
