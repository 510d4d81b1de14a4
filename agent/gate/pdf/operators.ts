// The operators of content streams (ISO 32000-1, annex A). Those that use a resource say of which kind.

export type ResourceKind = 'XObject' | 'ExtGState' | 'Font' | 'Pattern' | 'Shading' | 'ColorSpace';

/** Operators that use no resource. `true`, `false` and `null` are operands, which are skipped as well. */
const plain =
  'b B b* B* BMC BT BX c cm d d0 d1 EMC ET EX f F f* G g h i j J K k l m M MP n q Q re RG rg ri s S sc SC T* Tc Td TD Tj TJ ' +
  'TL Tm Tr Ts Tw Tz v w W W* y \' " true false null';

/** Those that use a resource of a kind. Inline images (BI) and marked content with a property list (BDC, DP) are read apart. */
export const operators: ReadonlyMap<string, ResourceKind> = new Map<string, ResourceKind>([
  ['Do', 'XObject'],
  ['gs', 'ExtGState'],
  ['Tf', 'Font'],
  ['scn', 'Pattern'],
  ['SCN', 'Pattern'],
  ['sh', 'Shading'],
  ['cs', 'ColorSpace'],
  ['CS', 'ColorSpace'],
]);

const numberOf = (bytes: Buffer, from: number, length: number): number => {
  let number = 0;
  for (let at = from; at < from + length; at++) number = number * 256 + bytes[at]!;
  return number;
};

const plainNumbers = new Set(
  plain.split(' ').map(word => numberOf(Buffer.from(word, 'latin1'), 0, word.length)),
);

/** Whether the characters there are one of the plain operators. */
export const isPlain = (bytes: Buffer, from: number, length: number): boolean =>
  length > 0 && length <= 5 && plainNumbers.has(numberOf(bytes, from, length));
