// Two issues that differ in the PIN alone. A PIN that leaks is more often in its own run than in the twin's, in both runs. Four digits
// that come by chance (from ids, times, keys in base64) have such a surplus in one run for few PINs, and in both for hardly any.
import { pinNeedles } from './needles.ts';
import { type Needle, search } from './search.ts';
import type { Place } from './streams.ts';

/** The PIN in every form; the short ones are there by chance too. */
export const pinForms = (pin: string, account: string): Needle[] => [
  ...pinNeedles(pin, account),
  { form: 'PIN, ASCII', bytes: Buffer.from(pin) },
  { form: 'PIN, UTF-16LE', bytes: Buffer.from(pin, 'utf16le') },
  { form: 'PIN, ASCII in hex', bytes: Buffer.from(Buffer.from(pin).toString('hex')) },
  { form: 'PIN, one byte a digit', bytes: Buffer.from([...pin].map(Number)) },
  { form: 'PIN, number in CBOR', bytes: Buffer.of(0x19, Number(pin) >> 8, Number(pin) & 0xff) }, // RFC 8949, 3.1
  { form: 'PIN, number as V8 has it', bytes: smallInteger(Number(pin)) },
];

/** A small integer in the upper half of a word (V8 on 64 bits without pointer compression). */
function smallInteger(value: number): Buffer {
  const word = Buffer.alloc(8);
  word.writeInt32LE(value, 4);
  return word;
}

/** How often each form of both PINs is in one run. */
export interface Counts {
  own: Map<string, number>;
  twin: Map<string, number>;
}

export function countForms(
  find: (needles: readonly Needle[]) => { form: string }[],
  own: Needle[],
  twin: Needle[],
): Counts {
  const whose = { own, twin };
  const counts = {
    own: new Map(own.map(({ form }) => [form, 0])),
    twin: new Map(twin.map(({ form }) => [form, 0])),
  };
  // one search for both: a process's memory takes long to read
  const needles = (['own', 'twin'] as const).flatMap(name =>
    whose[name].map(({ form, bytes }) => ({ form: `${name} ${form}`, bytes })),
  );
  for (const { form: found } of find(needles)) {
    const [, name, form] = /^(own|twin) (.*)$/.exec(found) as unknown as [string, keyof Counts, string];
    counts[name].set(form, (counts[name].get(form) ?? 0) + 1);
  }
  return counts;
}

export const findIn =
  (places: readonly Place[]) =>
  (needles: readonly Needle[]): { form: string }[] =>
    places.flatMap(({ where, bytes }) => search(where, bytes, needles));

/** The forms that leak, with how often each PIN was in its own run and in the other's. */
export function surplus(one: Counts, other: Counts): string[] {
  return [...one.own].flatMap(([form, first]) => {
    const second = other.own.get(form)!;
    const [firstElsewhere, secondElsewhere] = [other.twin.get(form)!, one.twin.get(form)!];
    if (first <= firstElsewhere || second <= secondElsewhere) return [];
    return [`${form}: ${first} against ${firstElsewhere}, ${second} against ${secondElsewhere}`];
  });
}
