// One virtual hub with four counters: two with the terminal as it is, two with the terminal without what protects (unchecked.ts).
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeCardAuthority } from '../../simulator/card/authority.ts';
import { pick } from '../../simulator/customer/seeded-random.ts';
import { type RunningHub, startHub } from '../../simulator/hub/process/hub.ts';
import { refusalOf } from '../../simulator/hub/residents/eligibility.ts';
import type { Entry } from '../../simulator/hub/residents/register.ts';
import { closeAll } from '../../simulator/interrupted.ts';
import { temporaryFolder } from '../../simulator/temporary-folder.ts';
import { Counter, type Counters, type Pair } from './counter.ts';
import { bare, isPlain } from './judge.ts';
import { UncheckedPrograms } from './unchecked.ts';

/** Long enough for a busy machine; a job that is held is cancelled after nine seconds. */
const waits = { printMs: 12_000 };

/** Whom to draw for a pair. */
export interface Wanted {
  kinds: readonly (readonly [string, string])[];
  /** Both from one municipality. Default: as it comes. */
  sameCity?: boolean;
}

export class Site {
  readonly dir: string;
  readonly hub: RunningHub;
  /** The terminal as it is. */
  readonly counters: Counters;
  readonly unchecked: Counters;
  readonly programs: UncheckedPrograms;
  readonly #close: () => Promise<void>;

  private constructor(
    parts: Pick<Site, 'dir' | 'hub' | 'counters' | 'unchecked' | 'programs'>,
    close: () => Promise<void>,
  ) {
    this.dir = parts.dir;
    this.hub = parts.hub;
    this.counters = parts.counters;
    this.unchecked = parts.unchecked;
    this.programs = parts.programs;
    this.#close = close;
  }

  static async open(): Promise<Site> {
    const stoppers: (() => unknown)[] = [];
    const close = () => closeAll(stoppers.splice(0).reverse());
    try {
      const dir = temporaryFolder('incidents');
      stoppers.push(() => rm(dir, { recursive: true, force: true, maxRetries: 5 }));
      const authority = await makeCardAuthority();
      const hub = await startHub({
        dir: join(dir, 'hub'),
        say: () => undefined,
        cardAuthority: [authority],
        waits,
      });
      stoppers.push(() => hub.close());
      const programs = new UncheckedPrograms(join(dir, 'unchecked'));
      const open = async (name: string, agentMain?: string): Promise<Counter> => {
        await mkdir(join(dir, name));
        const counter = await Counter.open({
          dir: join(dir, name),
          name,
          hub,
          authority,
          ...(agentMain && { agentMain }),
        });
        stoppers.push(() => counter.close());
        return counter;
      };
      const opening = [open('t1'), open('t2'), open('u1', programs.main), open('u2', programs.main)];
      await Promise.allSettled(opening); // what is still opening cannot be closed yet
      const [first, second, third, fourth] = (await Promise.all(opening)) as [
        Counter,
        Counter,
        Counter,
        Counter,
      ];
      const [counters, unchecked] = [[first, second] as const, [third, fourth] as const];
      return new Site({ dir, hub, counters, unchecked, programs }, close);
    } catch (error) {
      await close();
      throw error;
    }
  }

  /** Two residents of two households. */
  draw({ kinds, sameCity = false }: Wanted, random: () => number): Pair {
    const [kind, other] = pick(kinds, random);
    const first = pick(this.#mayHave(kind), random);
    const { municipality, id } = first.household;
    const others = this.#mayHave(other).filter(
      ({ household }) => household.id !== id && (!sameCity || household.municipality === municipality),
    );
    if (others.length === 0) return this.draw({ kinds, sameCity }, random);
    return [
      { entry: first, kind },
      { entry: pick(others, random), kind: other },
    ];
  }

  #mayHave = (kind: string): Entry[] =>
    this.hub.residents
      .all()
      .filter(
        ({ resident, household }) =>
          household.members.every(({ name, outsideFont }) => isPlain(name) && !outsideFont) &&
          !refusalOf(resident, household.municipality, kind, Date.now()) &&
          (kind !== 'zei' || resident.tax !== undefined),
      );

  /** Names, without white space, that must not be on a paper of this resident. */
  othersThan = ({ household }: Entry): string[] =>
    this.hub.residents
      .all()
      .filter(other => other.household.id !== household.id)
      .map(({ resident }) => bare(resident.name));

  close = (): Promise<void> => this.#close();
}
