// What a program speaks: the versions, and the forms that came with one. Whoever sends or reads a message is handed it.
import type * as v from 'valibot';
import type { Value } from './cbor.ts';
import { contextOf } from './context.ts';
import type { CoseKey, KeyPair } from './cose-key.ts';
import { sign1, verify1 } from './cose-sign1.ts';
import { ProtocolError } from './error.ts';
import { parse } from './schema.ts';
import { readTopic, type Topics } from './topics.ts';
import { type Forms, formIn } from './versions.ts';

type Body = { readonly [field: string]: Value };

/** A kind of message in a version after the first. */
export interface Form {
  /** Of what is on the wire. What it gives a reader has all fields that the form of version 1 gives. */
  schema: v.GenericSchema;
  /** The body of version 1, in this form. Default: they are the same. */
  write?: (body: Body) => Body;
}

export interface Contract {
  /** Lowest first, each once. */
  versions: readonly number[];
  /** By the last part of the topic. In version 1 a message has the form that its own file gives it. */
  forms: { readonly [leaf in keyof Topics]?: Forms<Form> };
}

/** What this software speaks. */
export const contract: Contract = { versions: [1], forms: {} };

/** Undefined: that of version 1. Errors: protocol/version where `spoken` has no message on this topic. */
function laterForm(topic: string, { versions, forms }: Contract): Form | undefined {
  const { version = 0, leaf = 'request' } = readTopic(topic) ?? {};
  if (!versions.includes(version))
    throw new ProtocolError('protocol/version', `No such message in version ${version} of the contract.`);
  return formIn(forms[leaf] ?? {}, version);
}

/** Signs `body`, which has the form of version 1, in the form of the version that `topic` names. Errors: protocol/version. */
export function signOn(topic: string, body: Body, signer: KeyPair, spoken = contract): Buffer {
  const { write = same } = laterForm(topic, spoken) ?? {};
  return sign1(write(body), signer, contextOf.topic(topic));
}

const same = (body: Body): Body => body;

/** A verified message. `first`: its form in version 1. Errors: protocol/version, protocol/schema, those of `verify1`. */
export function readOn<const S extends v.GenericSchema>(
  topic: string,
  first: S,
  message: Uint8Array,
  signer: CoseKey,
  spoken = contract,
): v.InferOutput<S> {
  const { schema = first } = laterForm(topic, spoken) ?? {};
  return parse(schema, verify1(message, signer, contextOf.topic(topic))) as v.InferOutput<S>;
}
