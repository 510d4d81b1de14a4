// Versions of the contract. A topic names its version, and the signature covers the topic: so each message is of exactly one version. A
// message, or a field of one, comes only with a version: the forms of each message are named by version.
import * as v from 'valibot';
import { count } from './schema.ts';

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

/** The highest version that both speak; undefined where there is none. `ours`: lowest first. */
export const commonVersion = (theirs: readonly number[], ours: readonly number[]): number | undefined =>
  ours.filter(version => theirs.includes(version)).at(-1);

/** Forms of one kind of message, by the version from which it has that form. */
export type Forms<F> = Readonly<Record<number, F>>;

/** The form of a message in `version`: the youngest that is not younger. Undefined where the message does not exist in it. */
export function formIn<F>(forms: Forms<F>, version: number): F | undefined {
  const since = Object.keys(forms)
    .map(Number)
    .filter(from => from <= version)
    .at(-1);
  return since === undefined ? undefined : forms[since];
}
