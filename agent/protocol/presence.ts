// Birth message and last will. They are retained, so that an operator always sees which terminals are online. The will is signed at
// connect and names its session, so that an old will says nothing about a newer session.
import * as v from 'valibot';
import { contextOf } from './context.ts';
import type { CoseKey, KeyPair } from './cose-key.ts';
import { sign1, verify1 } from './cose-sign1.ts';
import { boundToTopic } from './place.ts';
import { bytes, count, digest, parse, refusalCode, terminalId, text } from './schema.ts';
import { versionList } from './versions.ts';

/** Whether a terminal is there, and whether it serves. */
export const presence = v.strictObject({
  terminal: terminalId,
  epoch: count(1, 2 ** 32),
  /** 128 random bits of this connection. */
  session: bytes(16),
  online: v.boolean(),
  software: text(40),
  /** The versions of the contract that the terminal speaks. */
  versions: versionList,
  /** The journal may not be used until a person has decided: why, and, where it lies in quarantine or cannot be read, what a consent is given to (release.ts). */
  stopped: v.optional(v.strictObject({ code: refusalCode, evidence: v.optional(digest) })),
});

export type Presence = v.InferOutput<typeof presence>;

export const signPresence = (body: Presence, topic: string, agent: KeyPair): Buffer =>
  sign1(body, agent, contextOf.topic(topic));
export const readPresence = (message: Uint8Array, topic: string, agent: CoseKey): Presence =>
  boundToTopic(parse(presence, verify1(message, agent, contextOf.topic(topic))), topic);
