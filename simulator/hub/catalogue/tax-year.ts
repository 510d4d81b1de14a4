// The newest tax year (年度) and its names. The certificate of a tax year is issued from June on, for the income of the
// previous year.
import { dateInJapan, era } from './japanese-date.ts';

/** The newest tax year at `wall` (ms since 1970), as a Gregorian year. */
export function newestTaxYear(wall: number): number {
  const { year, month } = dateInJapan(wall);
  return month >= 6 ? year : year - 1;
}

/** The value of the option: `reiwa8`. */
export const taxWord = (year: number): string => `reiwa${year - 2018}`;
/** The title of the option: 令和8年度（令和7年分の所得）. */
export const taxTitle = (year: number): string =>
  `令和${year - 2018}年度（${era({ year: year - 1, month: 1, day: 1 }).name}${era({ year: year - 1, month: 1, day: 1 }).year}年分の所得）`;
