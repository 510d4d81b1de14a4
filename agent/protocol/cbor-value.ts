// The values that a message can hold.

/** A tagged value (RFC 8949, 3.4): 18 is COSE_Sign1, 96 COSE_Encrypt, 98 COSE_Sign. */
export class Tag {
  readonly value: unknown;
  readonly tag: number;

  constructor(value: unknown, tag: number) {
    this.value = value;
    this.tag = tag;
  }
}

/** Integers only; a map has text keys (objects) or integer keys (Map, COSE headers). */
export type Value =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | readonly Value[]
  | ReadonlyMap<number | string, Value>
  | { readonly [key: string]: Value | undefined };
