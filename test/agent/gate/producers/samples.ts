// The committed certificates of every producer, for two residents, stamped in two ways.
import { readFileSync } from 'node:fs';
import { type Pair, stampings, stampsOf, subjects } from './mutations.ts';
import { producers } from './producers.ts';

export const sampleFile = (producer: string, resident: 0 | 1): URL =>
  new URL(`samples/${producer}-${resident + 1}.pdf`, import.meta.url);

export const readSample = (producer: string, resident: 0 | 1 = 0): Buffer =>
  readFileSync(sampleFile(producer, resident));

/** One for each producer and each way. `read` gives the file as its producer wrote it. */
export const pairsOf = (read: typeof readSample = readSample): (() => Pair)[] =>
  producers.flatMap(({ name }) =>
    Object.entries(stampings).map(([how, stamp]) => (): Pair => {
      const file = (resident: 0 | 1) => stamp(read(name, resident), stampsOf(subjects[resident]));
      return { producer: `${name}, stamped ${how}`, files: [file(0), file(1)] };
    }),
  );
