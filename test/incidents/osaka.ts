import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { signConfiguration } from '../../agent/protocol/configuration.ts';
import { defaultConfiguration } from '../../simulator/hub/catalogue/configuration.ts';
import { newestTaxYear, taxWord } from '../../simulator/hub/catalogue/tax-year.ts';
import { draw, seal } from '../../simulator/hub/issuing/make-document.ts';
import { openHubKeys } from '../../simulator/hub/keys/hub-keys.ts';
import type { Counter } from './counter.ts';
import type { Incident } from './incident.ts';
import { type Made, type Mix, mixing, type Ordered, together } from './pair.ts';
import type { Site } from './site.ts';

const yearMs = 365 * 86_400_000;

/** By a service without the settings since last year: its day, its era and its tax year are those of then. */
async function withoutSettings(
  { verified, entry, state }: Ordered,
  says: 'its year' | 'the ordered year',
): Promise<Made> {
  const { statement } = verified;
  const wall = state.clock.wall() - yearMs;
  const file = await draw(verified, [entry], { ...state, clock: { ...state.clock, wall: () => wall } });
  const options = { ...statement.order.options, year: taxWord(newestTaxYear(wall)) };
  const order = says === 'its year' ? { order: { ...statement.order, options } } : {};
  return { sealed: seal(verified, file, state, order) };
}

const right = async ({ verified, entry, state }: Ordered): Promise<Made> => ({
  sealed: seal(verified, await draw(verified, [entry], state), state),
});

const oneOfTwoServers =
  (says: Parameters<typeof withoutSettings>[1]): Mix =>
  async ([first, second]) => [await withoutSettings(first, says), await right(second)];

/** The terminal has the configuration of a year ago, until `visits` are over. */
async function withOldConfiguration<T>(
  counter: Counter,
  { dir }: Site,
  visits: () => Promise<T>,
): Promise<T> {
  const file = join(counter.terminal.home, 'agent/configuration.cbor');
  const keys = openHubKeys(join(dir, 'hub/keys'));
  const since = (wall: number) => () =>
    writeFile(file, signConfiguration(defaultConfiguration(counter.name, 1, wall), keys.configuration));
  await counter.restarted(since(Date.now() - yearMs));
  try {
    return await visits();
  } finally {
    await counter.restarted(since(Date.now()));
  }
}

const wanted = { kinds: [['zei', 'zei']], sameCity: true } as const;

export const osaka: Incident = {
  name: 'osaka',
  there: 'a few of many machines missed the settings for the new era',
  plays: [
    mixing(oneOfTwoServers('its year'), {
      name: 'one of two issuing servers missed the new year, and signs what it drew',
      codes: ['gate/orderOptions'],
      without: ['gate/orderOptions'],
      wanted,
    }),
    mixing(oneOfTwoServers('the ordered year'), {
      name: 'it draws the old year, and signs the ordered one',
      codes: [],
      wanted,
    }),
    {
      name: 'one of two terminals missed the new configuration, and offers the old year',
      codes: ['issuing/options'],
      wanted,
      run: ({ site, counters, pair }) =>
        withOldConfiguration(counters[0], site, () => together(site.hub, counters, pair, undefined)),
    },
  ],
};
