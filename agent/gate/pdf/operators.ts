// The operators of content streams with their operands (ISO 32000-1, annex A). Those that use a resource say of which kind.

export type ResourceKind = 'XObject' | 'ExtGState' | 'Font' | 'Pattern' | 'Shading' | 'ColorSpace';

/** A number, a string, an array of those, a name, a property list in place. */
export type Operand = 'n' | 's' | 'a' | '/' | 'd';

/** Operators that use no resource, by their operands. */
const plain: readonly [operands: string, operators: string][] = [
  ['', 'b B b* B* BT BX EMC ET EX f F f* h n q Q s S T* W W*'],
  ['n', 'G g i j J M Tc TL Tr Ts Tw Tz w'],
  ['nn', 'd0 l m Td TD'],
  ['nnn', 'RG rg'],
  ['nnnn', 'K k re v y'],
  ['nnnnnn', 'c cm d1 Tm'],
  ['s', "Tj '"],
  ['nns', '"'],
  ['a', 'TJ'],
  ['an', 'd'],
  ['/', 'BMC MP ri'],
];

interface Special {
  operands: RegExp;
  /** Of the resource that the name among the operands names. */
  kind?: ResourceKind;
}

/** At most 32 components (annex C). */
const color = /^n{1,32}$/;
const colorOrPattern = /^(n{1,32}|n{0,32}\/)$/;
const marked = /^\/[/d]$/;

/** Those that use a resource of a kind, or have operands of more than one form. */
export const specialOperators: ReadonlyMap<string, Special> = new Map<string, Special>([
  ['Do', { operands: /^\/$/, kind: 'XObject' }],
  ['gs', { operands: /^\/$/, kind: 'ExtGState' }],
  ['sh', { operands: /^\/$/, kind: 'Shading' }],
  ['cs', { operands: /^\/$/, kind: 'ColorSpace' }],
  ['CS', { operands: /^\/$/, kind: 'ColorSpace' }],
  ['Tf', { operands: /^\/n$/, kind: 'Font' }],
  ['scn', { operands: colorOrPattern, kind: 'Pattern' }],
  ['SCN', { operands: colorOrPattern, kind: 'Pattern' }],
  ['sc', { operands: color }],
  ['SC', { operands: color }],
  ['BDC', { operands: marked }],
  ['DP', { operands: marked }],
  ['BI', { operands: /^$/ }],
]);

const numberOf = (bytes: Buffer, from: number, length: number): number => {
  let number = 0;
  for (let at = from; at < from + length; at++) number = number * 256 + bytes[at]!;
  return number;
};

const plainOperands = new Map(
  plain.flatMap(([operands, words]) =>
    words.split(' ').map(word => [numberOf(Buffer.from(word, 'latin1'), 0, word.length), operands] as const),
  ),
);

/** The operands that the plain operator there takes; undefined where none is there. */
export const operandsOfPlain = (bytes: Buffer, from: number, length: number): string | undefined =>
  length > 0 && length <= 3 ? plainOperands.get(numberOf(bytes, from, length)) : undefined;
