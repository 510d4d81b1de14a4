// The hub's consent that a terminal leaves a journal in quarantine and begins a new one, in a new epoch. It is valid for exactly that
// journal: its `evidence` is the one of the alarm that the operator has seen.
import * as v from 'valibot';
import { contextOf } from './context.ts';
import type { CoseKey, KeyPair } from './cose-key.ts';
import { sign1, verify1 } from './cose-sign1.ts';
import { count, digest, parse, terminalId } from './schema.ts';

const release = v.pipe(
  v.strictObject({
    terminal: terminalId,
    /** Epoch of the journal in quarantine, and of the one that begins. */
    epoch: count(1, 2 ** 32),
    newEpoch: count(2, 2 ** 32),
    /** Digest of the quarantine, as the terminal reported it. */
    evidence: digest,
  }),
  v.check(({ epoch, newEpoch }) => newEpoch > epoch, 'expected a later epoch'),
);

export type Release = v.InferOutput<typeof release>;

export const signRelease = (body: Release, hub: KeyPair): Buffer =>
  sign1(body, hub, contextOf.release(body.terminal));

/** Errors: those of `verify1`; protocol/schema. */
export const readRelease = (message: Uint8Array, terminal: string, hub: CoseKey): Release =>
  parse(release, verify1(message, hub, contextOf.release(terminal)));
