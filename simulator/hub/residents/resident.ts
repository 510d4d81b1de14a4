// The data of a resident in a register. All residents and their blocks (丁目) are invented.

/** Relation to the head of the household, as it is printed. The offer has words of its own (agent/protocol/offer.ts). */
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
  /** An id of this register only, not an official number. */
  id: string;
  /** The registered name, with variation selectors. */
  name: string;
  kana: string;
  sex: '男' | '女';
  /** `YYYY-MM-DD`, like every date here. */
  birth: string;
  relation: Relation;
  /** 住民となった年月日 */
  since: string;
  /** 本籍 and 筆頭者; none for a foreign resident. `municipality`: its code, if it is one of this hub's. */
  honseki?: { municipality?: string; place: string; head: string };
  foreigner?: Foreigner;
  /** 印鑑登録: the characters on the seal. */
  seal?: string;
  /** Income, deductions and municipal tax of the newest tax year, in yen. */
  tax?: { income: number; deductions: number; tax: number };
  /** 支援措置: certificates are issued only at the municipality's counter. */
  protected?: boolean;
  /** The name has a variation that the font does not have. The issuing service finds that out by itself. */
  outsideFont?: boolean;
  /** 転出年月日 */
  movedOut?: string;
}

export interface Household {
  id: string;
  municipality: string;
  address: string;
  /** In the register's order. The first is the head (世帯主). */
  members: readonly Resident[];
}
