// Reads PIN requests, like a pad in DUKPT mode. The result is an entry, or the pad's error character.
// Uniform PP791 manual p. 228-229 (Z62), 244-249, 252; VeriFone Mx800 guide p. 311 (Z60, Z63), 331 (76).
import type { Entry } from './pad.ts';

export type Request = { entry: Entry } | { error: string };

const unit = 30_000;

/** 70, Z60 and Z62 of the Uniform pad; undefined for any other packet. */
export function readUniformRequest(text: string): Request | undefined {
  const [head = '', ...fields] = text.split('\x1c');
  if (head.startsWith('Z62.')) return custom(head.slice(4), fields);
  if (head.startsWith('Z60.')) return entry(head.slice(4), { timeout: fields[0] });
  if (/^70\d/.test(head) || head === '70') {
    if (!/^[CD]/.test(fields[0] ?? '')) return { error: '5' };
    return entry(head.slice(2), { timeout: fields[1] });
  }
  return undefined;
}

/** Z60 and Z63 of the VeriFone pad; undefined for any other packet. */
export function readVerifoneRequest(text: string): Request | undefined {
  const form = /^(Z60|Z63)\.([^\x1c]*)\x1cDUKPT ENCRYPTION(.*)$/.exec(text);
  if (!form) return undefined;
  const [, id, account = '', rest = ''] = form;
  if (id === 'Z60') return rest === '' ? entry(account, {}) : undefined;
  const limits = /^(\d\d)(\d\d)[YN]?[^\x02\x03\x0e\x0f]?$/.exec(rest);
  return limits ? entry(account, { min: Number(limits[1]), max: Number(limits[2]) }) : undefined;
}

/** The test request 76: the pad does not ask a person, and answers with the PIN 1234. */
export function readTestRequest(text: string): Request | undefined {
  const form = /^76([^\x1c]*)\x1c(.?)/.exec(text);
  if (!form) return undefined;
  if (form[2] !== 'C' && form[2] !== 'D') return { error: '5' };
  const request = entry(form[1] ?? '', {});
  return 'entry' in request ? { entry: { ...request.entry, digits: '1234' } } : request;
}

function custom(account: string, fields: string[]): Request | undefined {
  const [first = '', second = '', processing = '', timeout] = fields;
  const form = /^(\d\d)(\d\d)[YN](.{1,16})$/.exec(first);
  if (!form || second.length > 16 || processing.length > 16) return undefined;
  const prompts = [form[3] ?? '', second].filter(text => text !== '');
  return entry(account, { min: Number(form[1]), max: Number(form[2]), prompts, timeout });
}

interface Wish {
  min?: number;
  max?: number;
  prompts?: string[];
  timeout?: string | undefined;
}

function entry(
  account: string,
  { min = 4, max = 12, prompts = ['ENTER PIN'], timeout = '9' }: Wish,
): Request {
  if (account.length === 0) return { error: '0' };
  if (account.length < 8) return { error: '2' };
  if (account.length > 19) return { error: '3' };
  if (!/^\d+$/.test(account)) return { error: '4' };
  if (!/^[1-9]$/.test(timeout)) return { error: '6' };
  return { entry: { account, min, max, prompts, timeoutMs: Number(timeout) * unit, digits: '' } };
}
