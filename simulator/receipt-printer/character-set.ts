// The characters of the printer's ROM, by code.

const shiftJis = new TextDecoder('shift_jis');
const eucJp = new TextDecoder('euc-jp');

/** Printed for a code that the ROM does not have, so that a person sees it: a driver must not send such a code. */
const missing = '〓';

/** Page 1 (Katakana), 80 to 9F: bars and ruled lines. */
const bars = '▁▂▃▄▅▆▇█▏▎▍▌▋▊▉┼┴┬┤├▔─│▕┌┐└┘╭╮╰╯';

/** Whether `byte` begins a two-byte character. `system`: 0 JIS, 1 Shift_JIS (FS C); JIS needs kanji mode (FS &). */
export function isLead(byte: number, system: number, kanjiMode: boolean): boolean {
  if (system === 0) return kanjiMode && byte >= 0x21 && byte <= 0x7e;
  return (byte >= 0x81 && byte <= 0x9f) || (byte >= 0xe0 && byte <= 0xfc);
}

/** A two-byte character. User-defined cells (private use) are empty. */
export function wideCharacter(lead: number, trail: number, system: number): string {
  const shown =
    system === 0
      ? eucJp.decode(Uint8Array.of(lead | 0x80, trail | 0x80))
      : shiftJis.decode(Uint8Array.of(lead, trail));
  return /^[^\p{C}\ufffd]$/u.test(shown) ? shown : missing;
}

/** A one-byte character. `page`: ESC t; `region`: ESC R, where 8 is Japan. Above 7F only page 1 is in this ROM. */
export function narrowCharacter(byte: number, page: number, region: number): string {
  if (byte === 0x5c && region === 8) return '¥';
  if (byte < 0x80) return String.fromCharCode(byte);
  if (page !== 1) return missing;
  if (byte < 0xa0) return bars[byte - 0x80]!;
  return byte > 0xa0 && byte < 0xe0 ? String.fromCharCode(0xff61 + byte - 0xa1) : missing;
}
