// The members of one family register (戸籍): the members of the household with the same 本籍 and 筆頭者.
import type { Entry } from '../../residents/register.ts';
import type { Resident } from '../../residents/resident.ts';

export function familyOf({ resident, household }: Entry): readonly Resident[] {
  const own = resident.honseki;
  return household.members.filter(
    ({ honseki }) => own !== undefined && honseki?.place === own.place && honseki.head === own.head,
  );
}

/** The given name (名): the part after the space. */
export const givenName = ({ name }: Resident): string => name.split(' ').slice(1).join(' ');
