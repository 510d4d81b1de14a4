// The hub's consent that a terminal leaves a journal behind that lies in quarantine or cannot be read, and begins a new one in
// a new epoch. It is given to exactly this journal: the operator has seen the alarm with the same evidence.
import * as v from 'valibot';
import { contextOf } from './context.ts';
import type { CoseKey, KeyPair } from './cose-key.ts';
import { sign1, verify1 } from './cose-sign1.ts';
import { boundTo } from './place.ts';
import { count, digest, parse, terminalId } from './schema.ts';

/** Consent of the operator that the terminal leaves this journal behind. */
export const release = v.pipe(
  v.strictObject({
    terminal: terminalId,
    /** Epoch of the journal that is left behind, and of the one that begins. */
    epoch: count(1, 2 ** 32),
    newEpoch: count(2, 2 ** 32),
    /** Of the journal, as the terminal reported it. */
    evidence: digest,
  }),
  v.check(({ epoch, newEpoch }) => newEpoch > epoch, 'expected a later epoch'),
);

export type Release = v.InferOutput<typeof release>;

export const signRelease = (body: Release, hub: KeyPair): Buffer =>
  sign1(body, hub, contextOf.release(body.terminal));

/** Errors: those of `verify1`; protocol/schema; protocol/place. */
export const readRelease = (message: Uint8Array, terminal: string, hub: CoseKey): Release =>
  boundTo(parse(release, verify1(message, hub, contextOf.release(terminal))), 'terminal', terminal);
