// What happens to one visit: which process is killed at which moment, and which during the restarts. Drawn by a seed.
import { pick, seededRandom } from '../../simulator/customer/seeded-random.ts';
import { type MomentName, moments } from '../../simulator/faults/moments.ts';
import { type Victim, victims } from '../../simulator/faults/victims.ts';

export interface Strike {
  victims: readonly Victim[];
  /** A broker among them loses its own store too. */
  forgetful: boolean;
  /** Time since the previous strike, or since the card was put in, in ms. The next strike may come during a restart. */
  afterMs: number;
  /** As soon as an agent that was killed before takes up the transaction again, where it does; `afterMs` later else. */
  onResume?: boolean;
}

export interface Plan {
  /** Where the first strike is aimed. Left out: at a random instant. */
  at?: MomentName;
  strikes: readonly [Strike, ...Strike[]];
  /** After the visit, with no resident there: a broker that is stopped cuts the link for this time, in ms. */
  cut?: { forMs: number; forgetful: boolean };
  /** And these are killed then. */
  between?: Strike;
}

/** Who can be killed at once: each alone, and each pair. */
const alonesAndPairs: readonly (readonly Victim[])[] = [
  ...victims.map(one => [one]),
  ...victims.flatMap((one, nth) => victims.slice(nth + 1).map(other => [one, other])),
];

const momentNames = Object.keys(moments) as MomentName[];
/** Every moment by every victim and every pair. */
export const allAims = momentNames.length * alonesAndPairs.length;

/** Max pause before a random strike, in ms: about the time of a restart, and of a whole visit. */
const comingBackMs = 1_500;
const visitMs = 1_200;
const resumeMs = 3_000;
/** Strikes of one visit after the first. */
const maxMore = 4;
/** Number of random instants in a deck, for each victim and pair. */
const instants = 2;

export const nameOf = ({ victims: struck }: Strike): string => struck.join('+');

/** An endless series of plans: each moment with each victim and pair, and random instants, in random order. */
export class Deck {
  readonly #random: () => number;
  #aims: { at?: MomentName; victims: readonly Victim[] }[] = [];
  /** How often all aims have been dealt. */
  dealt = -1;
  /** Aims that were missed and have not been dealt again. */
  pending = 0;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  /** The next plan; aims that were missed are dealt first. */
  next(): Plan {
    if (this.#aims.length === 0) this.#shuffle();
    const random = this.#random;
    const { at, victims: first } = this.#aims.pop()!;
    if (this.pending > 0) this.pending--;
    const more = Array.from({ length: Math.floor(random() * (maxMore + 1)) }, () =>
      random() < 0.3
        ? { ...this.#strike(pick(alonesAndPairs, random), resumeMs), onResume: true }
        : this.#strike(pick(alonesAndPairs, random), comingBackMs),
    );
    return {
      ...(at && { at }),
      strikes: [this.#strike(first, at ? 0 : visitMs), ...more],
      ...(random() < 0.5 && { cut: { forMs: Math.round(random() * 500), forgetful: random() < 0.5 } }),
      ...(random() < 0.25 && { between: this.#strike(pick(alonesAndPairs, random), 0) }),
    };
  }

  /** Was not hit: comes again. */
  again(at: MomentName, missed: readonly Victim[]): void {
    this.#aims.push({ at, victims: missed });
    this.pending++;
  }

  #strike(struck: readonly Victim[], maxMs: number): Strike {
    const random = this.#random;
    return { victims: struck, forgetful: random() < 0.5, afterMs: Math.round(random() * maxMs) };
  }

  #shuffle(): void {
    this.dealt++;
    const aims = alonesAndPairs.flatMap(struck => [
      ...momentNames.map(at => ({ at, victims: struck })),
      ...Array.from({ length: instants }, () => ({ victims: struck })),
    ]);
    this.#aims = aims
      .map(aim => ({ aim, place: this.#random() }))
      .sort((a, b) => a.place - b.place)
      .map(({ aim }) => aim);
  }
}
