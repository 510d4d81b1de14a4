// The forms in which a text or a PIN may be in memory or in a file.
import type { Needle } from './search.ts';

/** Unicode to CP932 (Shift_JIS as Windows has it), turned round from what TextDecoder knows (WHATWG Encoding, index jis0208). */
const cp932 = new Map<string, number[]>();
const decoder = new TextDecoder('shift_jis');
for (let first = 0x81; first <= 0xfc; first++)
  for (let second = 0x40; second <= 0xfc; second++) {
    const character = decoder.decode(Buffer.of(first, second));
    if ([...character].length === 1 && character !== '\ufffd' && !cp932.has(character))
      cp932.set(character, [first, second]);
  }

function shiftJis(text: string): Buffer | undefined {
  const bytes = [...text].map(c => (c < '\x80' ? [c.charCodeAt(0)] : cp932.get(c)));
  return bytes.includes(undefined) ? undefined : Buffer.from(bytes.flatMap(pair => pair!));
}

/** The characters of base64 that depend on `bytes` alone, wherever these begin in a group of three. */
function base64(bytes: Buffer): Buffer[] {
  return [0, 1, 2].map(before => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]);
    const text = whole.toString('base64');
    return Buffer.from(text.slice(Math.ceil((before * 4) / 3), Math.floor((whole.length * 4) / 3)));
  });
}

/** `text` (three characters or more) in every form that a program of ours could make of it. */
export function textNeedles(name: string, text: string): Needle[] {
  const encoded: [string, Buffer | undefined][] = [
    ['UTF-8', Buffer.from(text)],
    ['UTF-16LE', Buffer.from(text, 'utf16le')],
    ['UTF-16BE', Buffer.from(text, 'utf16le').swap16()],
    ['Shift_JIS', shiftJis(text)],
  ];
  return encoded.flatMap(([form, bytes]) => (bytes ? bytesNeedles(`${name}, ${form}`, bytes) : []));
}

/** `bytes` as they are, in hex, and in base64 at each of its three alignments. */
export const bytesNeedles = (form: string, bytes: Buffer): Needle[] => [
  { form, bytes },
  { form: `${form}, hex`, bytes: Buffer.from(bytes.toString('hex')) },
  { form: `${form}, HEX`, bytes: Buffer.from(bytes.toString('hex').toUpperCase()) },
  ...base64(bytes).map((part, nth) => ({ form: `${form}, base64 + ${nth}`, bytes: part })),
];

/** A PIN on its way from pad to card. `account`: the account number of its PIN block (ISO 9564-1, format 0). */
export function pinNeedles(pin: string, account: string): Needle[] {
  const digits = Buffer.from(pin, 'hex');
  const field = Buffer.from(`0${pin.length}${pin.padEnd(14, 'f')}`, 'hex');
  const accountField = Buffer.from(`0000${account.slice(-13, -1)}`, 'hex');
  const block = Buffer.from(field.map((byte, nth) => byte ^ accountField[nth]!));
  return [
    {
      form: 'VERIFY with the PIN',
      bytes: Buffer.concat([Buffer.from('0020008004', 'hex'), Buffer.from(pin)]),
    },
    {
      form: 'VERIFY with three digits',
      bytes: Buffer.concat([Buffer.from('80 04'.replace(' ', ''), 'hex'), Buffer.from(pin.slice(0, 3))]),
    },
    { form: 'PIN with its length', bytes: Buffer.concat([Buffer.of(4), Buffer.from(pin)]) },
    { form: 'PIN field of the block', bytes: field.subarray(0, 2 + digits.length) },
    { form: 'nibbles of the PIN field', bytes: Buffer.from([0, 4, ...[...pin].map(Number)]) },
    { form: 'clear PIN block', bytes: block },
    { form: 'clear PIN block, hex', bytes: Buffer.from(block.toString('hex')) },
  ];
}
