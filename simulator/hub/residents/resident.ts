// What a register holds of a resident. All of them are made up, and so are the blocks (丁目) that they live in.

/** Place in the household: as it is printed, and as it is offered (agent/protocol/offer.ts). */
export type Relation = '世帯主' | '妻' | '夫' | '子' | '父' | '母' | '妻の母' | '孫' | '同居人';

export interface Foreigner {
  /** 国籍・地域 */
  nationality: string;
  /** 在留資格 */
  status: string;
  /** 在留期間等 and its last day, `YYYY-MM-DD`. */
  period: string;
  until: string;
  /** 在留カード等の番号 */
  card: string;
}

export interface Resident {
  /** Of this register only: not a number of the state. */
  id: string;
  /** As registered, variation selectors included. */
  name: string;
  kana: string;
  sex: '男' | '女';
  /** `YYYY-MM-DD`, as every date here. */
  birth: string;
  relation: Relation;
  /** 住民となった年月日 */
  since: string;
  /** 本籍 and 筆頭者 (none for a foreign resident): the municipality's code, or another's name. */
  honseki?: { municipality?: string; place: string; head: string };
  foreigner?: Foreigner;
  /** 印鑑登録: the characters on the seal. */
  seal?: string;
  /** Yen: income and the municipal tax on it, by tax year's newest record. */
  tax?: { income: number; deductions: number; tax: number };
  /** 支援措置: nothing is issued but at the counter. */
  protected?: boolean;
  /** The name has a variation that no certificate can show: the issuing service finds out by itself. */
  outsideFont?: boolean;
  /** 転出年月日 */
  movedOut?: string;
}

export interface Household {
  id: string;
  municipality: string;
  address: string;
  /** In the register's order; the first is the head (世帯主). */
  members: readonly Resident[];
}
