// What the hub answers to a question in a version that it does not speak. It has this form in every version, for good, and comes on the
// reply topic of the version that was asked. The hub cannot read such a question: so it names the message, by its digest.
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { contextOf } from './context.ts';
import type { CoseKey, KeyPair } from './cose-key.ts';
import { sign1, verify1 } from './cose-sign1.ts';
import { digest, parse } from './schema.ts';
import { versionList } from './versions.ts';

/** The hub does not speak the version of a message. */
export const versionRefusal = v.strictObject({
  /** SHA-256 of the refused message, as it was sent. */
  refused: digest,
  /** What the hub speaks. */
  versions: versionList,
});

export type VersionRefusal = v.InferOutput<typeof versionRefusal>;

export const digestOf = (message: Uint8Array): Buffer => createHash('sha256').update(message).digest();

export const signVersionRefusal = (body: VersionRefusal, topic: string, hub: KeyPair): Buffer =>
  sign1(body, hub, contextOf.topic(topic));
export const readVersionRefusal = (message: Uint8Array, topic: string, hub: CoseKey): VersionRefusal =>
  parse(versionRefusal, verify1(message, hub, contextOf.topic(topic)));
