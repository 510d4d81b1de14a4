// Which tax year (年度) is the newest, and its names. A year's certificate appears in June and tells of the year before.
import { dateInJapan, era } from './japanese-date.ts';

/** The newest tax year at `wall` (ms since 1970), as a year of our era. */
export function newestTaxYear(wall: number): number {
  const { year, month } = dateInJapan(wall);
  return month >= 6 ? year : year - 1;
}

/** As an option's value: `reiwa8`. */
export const taxWord = (year: number): string => `reiwa${year - 2018}`;
/** As it is shown: 令和8年度（令和7年分の所得）. */
export const taxTitle = (year: number): string =>
  `令和${year - 2018}年度（${era({ year: year - 1, month: 1, day: 1 }).name}${era({ year: year - 1, month: 1, day: 1 }).year}年分の所得）`;
