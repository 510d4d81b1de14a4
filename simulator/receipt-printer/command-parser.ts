// Splits an ESC/POS byte stream into commands and single bytes of text. Lengths: Epson, "ESC/POS command reference".

/** `name`: for example `ESC a` or `GS ( H`; `byte` for a byte of text. `data`: the bytes after the parameters. */
export interface Command {
  name: string;
  args: readonly number[];
  data: Buffer;
}

const prefixes: Record<number, string> = { 16: 'DLE', 27: 'ESC', 28: 'FS', 29: 'GS' };

/** Number of parameter bytes of each command of fixed length. A command that is not listed here or below has none. */
const parameters: Record<string, string> = {
  DLE: '\x04 1 \x05 1',
  ESC: '\x20 1 ! 1 $ 2 % 1 - 1 3 1 = 1 ? 1 E 1 G 1 J 1 K 1 M 1 R 1 T 1 V 1 W 8 \\ 2 a 1 c 2 d 1 e 1 p 3 r 1 t 1 { 1',
  FS: '! 1 - 1 2 74 C 1 S 2 W 1 p 2',
  GS: '! 1 $ 2 / 1 B 1 H 1 I 1 L 2 P 2 W 2 \\ 2 ^ 3 a 1 b 1 f 1 h 1 r 1 w 1',
};
const lengths = new Map<string, number>();
for (const [prefix, list] of Object.entries(parameters))
  for (const [, sign, count] of list.matchAll(/(.) (\d+)(?: |$)/gs))
    lengths.set(`${prefix} ${sign}`, Number(count));

/** The first command in `bytes` and its length in bytes; undefined while it is incomplete. */
export function nextCommand(bytes: Buffer): { command: Command; length: number } | undefined {
  if (bytes.length === 0) return undefined;
  const prefix = prefixes[bytes[0]!];
  if (!prefix) return take(bytes, 'byte', 0, 1, 0);
  if (bytes.length < 2) return undefined;
  const name = `${prefix} ${String.fromCharCode(bytes[1]!)}`;
  return variable(bytes, name) ?? take(bytes, name, 2, lengths.get(name) ?? 0, 0);
}

type Next = ReturnType<typeof nextCommand>;

/** Reads a command whose length is in its parameters. `null` if `name` is another command. */
function variable(bytes: Buffer, name: string): Next | null {
  const at = (index: number): number => bytes[index] ?? 0;
  const word = (index: number): number => at(index) | (at(index + 1) << 8);
  switch (name) {
    case 'ESC *': // m nL nH, then 1 or 3 bytes a column
      return take(bytes, name, 2, 3, word(3) * (at(2) < 32 ? 1 : 3));
    case 'ESC D': // tab stops up to NUL
      return untilNul(bytes, name, 2);
    case 'FS (':
    case 'GS (': // fn pL pH
      return take(bytes, `${name} ${String.fromCharCode(at(2))}`, 3, 2, word(3));
    case 'GS 8': // fn p1 p2 p3 p4
      return take(bytes, `${name} ${String.fromCharCode(at(2))}`, 3, 4, word(3) + word(5) * 65_536);
    case 'GS v': // 0 m xL xH yL yH
      return take(bytes, name, 2, 6, word(4) * word(6));
    case 'GS V': // m, and n for the forms that feed
      return take(bytes, name, 2, at(2) >= 65 ? 2 : 1, 0);
    case 'GS k': // m 0..6 up to NUL; else m n
      return at(2) <= 6 && bytes.length > 2 ? untilNul(bytes, name, 3) : take(bytes, name, 2, 2, at(3));
    default:
      return null;
  }
}

function take(bytes: Buffer, name: string, from: number, count: number, dataBytes: number): Next {
  const end = from + count + dataBytes;
  if (bytes.length < from + count || bytes.length < end) return undefined;
  const args = [...bytes.subarray(from, from + count)];
  return { command: { name, args, data: Buffer.from(bytes.subarray(from + count, end)) }, length: end };
}

function untilNul(bytes: Buffer, name: string, from: number): Next {
  const end = bytes.indexOf(0, from);
  return end < 0 ? undefined : take(bytes, name, from, 0, end + 1 - from);
}
