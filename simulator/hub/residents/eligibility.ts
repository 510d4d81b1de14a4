// Decides whether a resident may have a kind of certificate here.
import { kindOf } from '../catalogue/catalogue.ts';
import { ageOn, dateInJapan, plainDate } from '../catalogue/japanese-date.ts';
import type { RefusalCode } from '../service/refusal.ts';
import type { Resident } from './resident.ts';

const minAge = 15;

/** True if the register has the data for the kind. */
const hasRecord: Record<string, (resident: Resident, municipality: string) => boolean> = {
  juminhyo: () => true,
  inkan: ({ seal }) => seal !== undefined,
  koseki: ({ honseki }, municipality) => honseki?.municipality === municipality,
  fuhyo: ({ honseki }, municipality) => honseki?.municipality === municipality,
  zei: ({ tax }) => tax !== undefined,
};

export const hasRecordFor = (resident: Resident, municipality: string, kind: string): boolean =>
  hasRecord[kind]?.(resident, municipality) ?? false;

/** The refusal of `kind` for `resident` at `wall` (ms since 1970); undefined if it may be issued. */
export function refusalOf(
  resident: Resident,
  municipality: string,
  kind: string,
  wall: number,
): RefusalCode | undefined {
  if (!kindOf(municipality, kind, wall)) return 'issuing/kind';
  if (resident.protected) return 'issuing/protected';
  if (resident.movedOut) return 'issuing/moved';
  if (ageOn(plainDate(resident.birth), dateInJapan(wall)) < minAge) return 'issuing/minor';
  return hasRecordFor(resident, municipality, kind) ? undefined : 'issuing/noRecord';
}
