// Makes and reads single attributes, with one function for each syntax (RFC 8010, 3.9).
import type { WireAttribute, WireGroup, WireRequest, WireResponse } from './ipp-wire.ts';

const text =
  (tag: number) =>
  (name: string, ...values: string[]): WireAttribute => ({
    name,
    values: values.map(value => ({ tag, bytes: Buffer.from(value) })),
  });

const int32 = (...numbers: number[]): Buffer => {
  const bytes = Buffer.alloc(4 * numbers.length);
  numbers.forEach((value, index) => {
    bytes.writeInt32BE(value, 4 * index);
  });
  return bytes;
};

const numbers =
  (tag: number) =>
  (name: string, ...values: number[]): WireAttribute => ({
    name,
    values: values.map(value => ({ tag, bytes: int32(value) })),
  });

export const textValue = text(0x41);
export const nameValue = text(0x42);
export const keyword = text(0x44);
export const uri = text(0x45);
export const charset = text(0x47);
export const language = text(0x48);
export const mimeType = text(0x49);
export const integer = numbers(0x21);
export const enumeration = numbers(0x23);

export const flag = (name: string, value: boolean): WireAttribute => ({
  name,
  values: [{ tag: 0x22, bytes: Buffer.from([Number(value)]) }],
});

export const range = (name: string, from: number, to: number): WireAttribute => ({
  name,
  values: [{ tag: 0x33, bytes: int32(from, to) }],
});

/** Resolution in dots per inch, the same in both directions (unit 3, RFC 8011, 5.1.16). */
export const dpi = (name: string, dots: number): WireAttribute => ({
  name,
  values: [{ tag: 0x32, bytes: Buffer.concat([int32(dots, dots), Buffer.from([3])]) }],
});

export const noValue = (name: string): WireAttribute => ({
  name,
  values: [{ tag: 0x13, bytes: Buffer.alloc(0) }],
});

/** A time in seconds; `no-value` if it has not come yet. */
export const moment = (name: string, seconds: number | undefined): WireAttribute =>
  seconds === undefined ? noValue(name) : integer(name, seconds);

export const groupOf = (request: WireRequest, tag: number): WireAttribute[] =>
  request.groups.filter(group => group.tag === tag).flatMap((group: WireGroup) => group.attributes);

/** All values of an operation attribute as text; none if it is absent. */
export const texts = (request: WireRequest, name: string): string[] =>
  groupOf(request, 0x01)
    .filter(attribute => attribute.name === name)
    .flatMap(attribute => attribute.values.map(value => value.bytes.toString()));

export const firstInteger = (attribute: WireAttribute | undefined): number | undefined => {
  const value = attribute?.values[0];
  return value && (value.tag === 0x21 || value.tag === 0x23) && value.bytes.length === 4
    ? value.bytes.readInt32BE()
    : undefined;
};

export const operationInteger = (request: WireRequest, name: string): number | undefined =>
  firstInteger(groupOf(request, 0x01).find(attribute => attribute.name === name));

export const operationFlag = (request: WireRequest, name: string): boolean | undefined => {
  const value = groupOf(request, 0x01).find(attribute => attribute.name === name)?.values[0];
  return value?.tag === 0x22 ? value.bytes[0] === 1 : undefined;
};

/** An answer with no attributes of its own. */
export const bare = (status: number): WireResponse => ({ status, groups: [] });
