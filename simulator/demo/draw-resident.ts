// Who comes, by the options of a demo.
import { makeResidents, type Residents } from '../hub/residents/residents.ts';
import { type DemoOptions, OptionError } from './options.ts';

type Wanted = Pick<DemoOptions, 'kind' | 'city'>;

/** Errors: OptionError where nobody may have what the options ask for. */
export function checkWish(wanted: Wanted): void {
  drawResident(
    wanted,
    makeResidents(() => Date.now()),
    () => 0,
  );
}

/** Errors: as checkWish. */
export function drawResident({ kind, city }: Wanted, residents: Residents, random: () => number) {
  try {
    return residents.drawResident(random, {
      ...(kind !== undefined && { kind }),
      ...(city !== undefined && { municipality: city }),
    });
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new OptionError('no resident may have that kind in that city: choose another --kind or --city');
  }
}
