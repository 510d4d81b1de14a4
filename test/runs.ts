// How often a randomised test is run: `npm run test:random` plays them all for longer.

/** True where there is time for more. */
export const isLong = process.env.RUNS !== undefined;

/** `short` runs, and RUNS times as many in a long campaign. */
export const runs = (short: number): number => short * Number(process.env.RUNS ?? 1);
