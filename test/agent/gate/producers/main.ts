// `npm run test:producers`: makes a certificate with every producer for two residents, stamps it, has the gate judge it, draws it with
// Poppler and Ghostscript; then mixes the residents' files up. `--short` does all but making and drawing, on the committed samples.
import { writeFileSync } from 'node:fs';
import { seededRandom } from '../../../../simulator/customer/seeded-random.ts';
import { campaignOptions, seedOption } from '../../../campaign-options.ts';
import { installPackages } from '../../../debian-packages.ts';
import { judged as ruleOf } from '../pdf/handmade.ts';
import { alike, type Drawn, difference, draw, ink } from './draw.ts';
import { makeSample, residents } from './make-sample.ts';
import { judged, type Mutation, mutations } from './mutations.ts';
import { producers } from './producers.ts';
import { pairsOf, readSample, sampleFile } from './samples.ts';
import { faultsIn, type Look, report, tallyOf } from './tally.ts';

const {
  mutations: count,
  seed,
  short,
  write,
} = campaignOptions(
  'npm run test:producers',
  'A certificate by every producer, stamped, judged, drawn twice, and mixed up with another resident’s.',
  {
    mutations: { preset: 500, help: 'mix-ups of two residents’ files' },
    seed: seedOption,
    short: { preset: false, help: 'the committed samples only: nothing is installed, made or drawn' },
    write: { preset: false, help: 'keep what was made as the committed samples' },
  },
);

/** Max difference of two drawings of a page (draw.ts): edges and hints differ. */
const maxDifference = 0.3;
const minInk = 0.002;
const began = performance.now();
const faults: string[] = [];

const made = short ? undefined : makeAll();
const read: typeof readSample = (name, resident = 0) =>
  made?.get(name)?.[resident] ?? readSample(name, resident);
const pairs = pairsOf(read);
for (const pair of pairs) {
  const { producer, files } = pair();
  const answers = files.map(judged).join(', ');
  if (answers !== 'taken, gate/stampSubject') faults.push(`${producer}: ${answers}`);
  if (short) console.log(`${producer}: ${answers}`);
  else judgeDrawings(producer, files[0]);
}

const drawings = new Map<Buffer, Drawn>();
const tallies = tallyOf(mutations(pairs, count, seededRandom(seed)), short ? undefined : lookOf);
console.log(report(tallies));
faults.push(...faultsIn(tallies));
const seconds = ((performance.now() - began) / 1000).toFixed(1);
console.log(`${count} mix-ups, seed ${seed}, ${seconds} s: ${faults.length === 0 ? 'no fault' : 'FAULTS'}`);
for (const fault of faults) console.error(fault);
process.exitCode = faults.length === 0 ? 0 : 1;

function makeAll(): Map<string, Buffer[]> {
  installPackages([
    ...new Set(['poppler-utils', 'ghostscript', ...producers.flatMap(producer => producer.packages)]),
  ]);
  const all = new Map<string, Buffer[]>();
  for (const producer of producers) {
    const files = residents.map(words => makeSample(producer, words));
    all.set(producer.name, files);
    console.log(
      `${producer.name}: ${files[0]!.toString('latin1', 1, 8)}, ${files[0]!.length} bytes, ${ruleOf(files[0]!)}`,
    );
    for (const resident of [0, 1] as const)
      if (write) writeFileSync(sampleFile(producer.name, resident), files[resident]!);
  }
  return all;
}

/** Stamps are not visible; and the two readers see the same. */
function judgeDrawings(producer: string, stamped: Buffer): void {
  const plain = draw(read(producer.split(',')[0]!));
  const drawn = draw(stamped);
  const [apart, inked] = [difference(drawn), ink(drawn)];
  console.log(`${producer}: two readers differ by ${apart.toFixed(2)}, ${(inked * 100).toFixed(1)} % ink`);
  if (!alike(plain, drawn)) faults.push(`${producer}: it is drawn otherwise once it is stamped`);
  if (!(apart <= maxDifference)) faults.push(`${producer}: two readers draw it in two ways`);
  if (inked < minInk) faults.push(`${producer}: a page is empty`);
}

function lookOf({ mine, mutated }: Mutation): Look {
  const own = drawings.get(mine) ?? draw(mine);
  drawings.set(mine, own);
  const drawn = draw(mutated);
  if (alike(own, drawn)) return 'as before';
  return difference(drawn) <= maxDifference ? 'otherwise' : 'in two ways';
}
