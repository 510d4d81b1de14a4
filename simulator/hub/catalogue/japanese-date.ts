// Dates as printed on Japanese certificates (和暦), in the time zone of Japan.

export interface PlainDate {
  year: number;
  /** 1 to 12. */
  month: number;
  day: number;
}

/** `wall` (ms since 1970 UTC) as a date in Japan: UTC+9, no summer time. */
export function dateInJapan(wall: number): PlainDate {
  const there = new Date(wall + 9 * 3_600_000);
  return { year: there.getUTCFullYear(), month: there.getUTCMonth() + 1, day: there.getUTCDate() };
}

/** `YYYY-MM-DD`. */
export function plainDate(text: string): PlainDate {
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number);
  return { year, month, day };
}

const order = ({ year, month, day }: PlainDate): number => (year * 100 + month) * 100 + day;

/** First days of the eras (元号法; 元号を改める政令). */
const eras = [
  { name: '令和', from: { year: 2019, month: 5, day: 1 } },
  { name: '平成', from: { year: 1989, month: 1, day: 8 } },
  { name: '昭和', from: { year: 1926, month: 12, day: 25 } },
  { name: '大正', from: { year: 1912, month: 7, day: 30 } },
] as const;

/** The era and the year in it, e.g. 令和 and 8; 1 is 元年. Errors: RangeError before 1912-07-30. */
export function era(date: PlainDate): { name: string; year: number } {
  const found = eras.find(({ from }) => order(date) >= order(from));
  if (!found) throw new RangeError('No era that is used here began before that date.');
  return { name: found.name, year: date.year - found.from.year + 1 };
}

/** e.g. 令和8年11月23日, 平成元年1月8日. */
export function inEra(date: PlainDate): string {
  const { name, year } = era(date);
  return `${name}${year === 1 ? '元' : year}年${date.month}月${date.day}日`;
}

/** e.g. 1990年4月2日, the format for foreign residents' dates of birth. */
export const inOurEra = ({ year, month, day }: PlainDate): string => `${year}年${month}月${day}日`;

/** Age in full years on the date `on`. */
export function ageOn(birth: PlainDate, on: PlainDate): number {
  const before = on.month * 100 + on.day < birth.month * 100 + birth.day;
  return on.year - birth.year - (before ? 1 : 0);
}
