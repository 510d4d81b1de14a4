// Which texts of a configuration a receipt can show only with geta marks. The receipt comes all the same; the hub should know.
import { withoutGlyph } from '../../drivers/contract/receipt-characters.ts';
import type { Configuration } from '../protocol/configuration.ts';

export interface Unshown {
  /** E.g. `municipalities.132047.name`. */
  field: string;
  /** E.g. `U+20BB7`; several with spaces between. */
  characters: string;
}

/** In the configuration's order. */
export function notOnReceipts({
  shop,
  municipalities,
}: Pick<Configuration, 'shop' | 'municipalities'>): Unshown[] {
  return textsIn('', { ...(shop && { shop }), municipalities }).flatMap(([field, text]) => {
    const characters = withoutGlyph(text).join(' ');
    return characters ? [{ field, characters }] : [];
  });
}

/** Every text at the leaves, with its path. Words of the catalogue are ASCII. */
function textsIn(path: string, value: unknown): [path: string, text: string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => textsIn(path ? `${path}.${name}` : name, item));
}
