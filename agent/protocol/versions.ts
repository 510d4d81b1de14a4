// Versions of the contract. A topic names its version, and the signature covers the topic: so each message is of exactly one version. A
// message, or a field of one, comes only with a version: the reader of each message names its forms by version.
import * as v from 'valibot';
import { ProtocolError } from './error.ts';
import { count } from './schema.ts';

/** The versions that this software speaks, lowest first. */
export const versions: readonly number[] = [1];

/** Some versions, lowest first, each once: up to 8. */
export const versionList = v.pipe(
  v.array(count(1, 255)),
  v.minLength(1),
  v.maxLength(8),
  v.check(
    list => list.every((version, at) => at === 0 || version > list[at - 1]!),
    'expected rising versions',
  ),
);

/** The highest version that both speak; undefined where there is none. */
export const commonVersion = (
  theirs: readonly number[],
  ours: readonly number[] = versions,
): number | undefined => ours.filter(version => theirs.includes(version)).at(-1);

/** Forms of one kind of message, by the version from which it has that form. */
export type Forms<S> = Readonly<Record<number, S>>;

/**
 * The form of a message in `version`: the youngest that is not younger. `spoken`: of this software.
 * Errors: protocol/version where this software does not speak it, or the message does not exist in it.
 */
export function formIn<S>(forms: Forms<S>, version: number, spoken: readonly number[] = versions): S {
  const since = Object.keys(forms)
    .map(Number)
    .filter(from => from <= version)
    .at(-1);
  if (since === undefined || !spoken.includes(version))
    throw new ProtocolError('protocol/version', `No such message in version ${version} of the contract.`);
  return forms[since]!;
}
