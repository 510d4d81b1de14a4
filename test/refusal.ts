// Work that must fail: the error that it fails with, and the error's code. `work` is a promise, or a function that may return one.
import * as assert from 'uvu/assert';
import { MadoguchiError } from '../drivers/base/error.ts';

type Work = Promise<unknown> | (() => unknown);

async function failureOf(work: Work): Promise<unknown> {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (error) {
    return error;
  }
  return assert.unreachable('nothing was refused');
}

/** The error. Fails where there is none, or where it is not of the class `kind` (default: any error with a code of ours). */
export async function refusalOf<E extends Error = MadoguchiError>(
  work: Work,
  kind: new (...args: never[]) => E = MadoguchiError as never,
): Promise<E> {
  const error = await failureOf(work);
  assert.ok(error instanceof kind, `no ${kind.name} but ${error}`);
  return error as E;
}

/** The error's code, whatever class it is of; the error as text where it has no code. Fails where there is no error. */
export async function codeOf(work: Work): Promise<unknown> {
  const error = await failureOf(work);
  return (error as { code?: unknown }).code ?? String(error);
}

/** Fails where `work` is not refused with `code`. */
export async function refusedWith(code: string, work: Work): Promise<void> {
  assert.is((await refusalOf(work)).code, code);
}

/** For assert.throws: an error with this code, whose message names none of the `secrets`. */
export const refuses =
  (code: string, ...secrets: string[]) =>
  (error: unknown): boolean =>
    error instanceof Error &&
    (error as { code?: unknown }).code === code &&
    !secrets.some(secret => error.message.includes(secret));

/** A code of ours, or undefined where `work` goes well. Throws any other error. The class of the error does not count. */
export async function outcomeOf(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (typeof code !== 'string' || !code.includes('/')) throw error;
    return code;
  }
}
