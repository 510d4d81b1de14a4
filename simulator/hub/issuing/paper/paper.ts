// What one kind of certificate has to say; the frame around it is the same for all.
import type { OrderOptions } from '../../../../agent/protocol/order-choice.ts';
import type { PlainDate } from '../../catalogue/japanese-date.ts';
import type { Entry } from '../../residents/register.ts';
import type { Sheet } from './sheet.ts';

/** What a certificate is made of: one resident's entry, and what was ordered of it. */
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
  /** Draws each page's body, from `top` (points from the page's upper edge) down. At least one. */
  bodies: readonly ((sheet: Sheet, top: number) => void)[];
}

export type PaperMaker = (subject: Subject) => Paper;
