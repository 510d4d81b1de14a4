// What a PIN pad's refusal says.
import { refusalOf } from '../../refusal.ts';

/** Code of the refusal, and behind it the reason or the pad's own code, where it has one. */
export async function refusal(work: Promise<unknown> | (() => unknown)): Promise<string> {
  const { code, detail } = await refusalOf(work);
  return [code, detail.reason ?? detail.padCode].filter(part => part !== undefined).join(' ');
}
