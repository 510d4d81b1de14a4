// The content of one kind of certificate. The frame around it is the same for all kinds.
import type { OrderOptions } from '../../../../agent/protocol/order-choice.ts';
import type { PlainDate } from '../../catalogue/japanese-date.ts';
import type { Entry } from '../../residents/register.ts';
import type { Sheet } from './sheet.ts';

/** The data of a certificate: one resident's entry and the ordered options. */
export interface Subject {
  entry: Entry;
  /** e.g. 三鷹市 */
  municipality: string;
  options: OrderOptions;
  today: PlainDate;
  /** ms since 1970. */
  wall: number;
}

export interface Paper {
  title: string;
  /** The sentence above the mayor's name. */
  statement: string;
  /** Draws the body of each page, from `top` (points from the page's upper edge) down. At least one page. */
  bodies: readonly ((sheet: Sheet, top: number) => void)[];
}

export type PaperMaker = (subject: Subject) => Paper;
