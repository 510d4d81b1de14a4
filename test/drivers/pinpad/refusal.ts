// The code and the reason of a PIN pad error.
import { refusalOf } from '../../refusal.ts';

/** Code of the error, followed by its reason or the pad's own code, if it has one. */
export async function refusal(work: Promise<unknown> | (() => unknown)): Promise<string> {
  const { code, detail } = await refusalOf(work);
  return [code, detail.reason ?? detail.padCode].filter(part => part !== undefined).join(' ');
}
