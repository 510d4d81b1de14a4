// Bytes of CBOR with what each says: hex on the left, meaning on the right.

const majors = ['unsigned', 'negative', 'bytes', 'text', 'array', 'map', 'tag', 'simple'] as const;
const tags: Record<number, string> = { 18: 'COSE_Sign1', 96: 'COSE_Encrypt', 98: 'COSE_Sign' };
/** Bytes of a string that are shown; the rest is counted. */
const shownBytes = 16;

interface Head {
  major: number;
  value: number;
  length: number;
}

function headAt(bytes: Buffer, at: number): Head {
  const major = bytes[at]! >> 5;
  const info = bytes[at]! & 31;
  if (info < 24) return { major, value: info, length: 1 };
  const size = 1 << (info - 24);
  const value = size === 8 ? Number(bytes.readBigUInt64BE(at + 1)) : bytes.readUIntBE(at + 1, size);
  return { major, value, length: 1 + size };
}

/** What is inside a byte string at this path, if it is CBOR too: `protected`, `payload`, … */
export type Inside = (path: string) => boolean;

export interface Line {
  indent: number;
  hex: string;
  means: string;
}

/** The lines of one item. `path` names places: keys of maps, numbers in arrays. */
export function annotate(bytes: Buffer, inside: Inside): Line[] {
  const lines: Line[] = [];
  let at = 0;

  function item(indent: number, path: string): void {
    const { major, value, length } = headAt(bytes, at);
    const head = bytes.toString('hex', at, at + length);
    at += length;
    const say = (hex: string, means: string): void => {
      lines.push({ indent, hex, means });
    };
    switch (majors[major]) {
      case 'unsigned':
        say(head, String(value));
        return;
      case 'negative':
        say(head, String(-1 - value));
        return;
      case 'text': {
        const text = bytes.subarray(at, at + value);
        at += value;
        say(`${head} ${cut(text)}`, JSON.stringify(shortText(text.toString())));
        return;
      }
      case 'bytes': {
        const string = bytes.subarray(at, at + value);
        at += value;
        if (value > 0 && inside(path)) {
          say(head, `${value} bytes, in them:`);
          for (const line of annotate(string, below => inside(`${path}.${below}`)))
            lines.push({ ...line, indent: line.indent + indent + 1 });
          return;
        }
        say(`${head} ${cut(string)}`.trim(), `${value} bytes`);
        return;
      }
      case 'array':
        say(head, `array of ${value}`);
        for (let i = 0; i < value; i++) item(indent + 1, `${path}.${i}`);
        return;
      case 'map':
        say(head, `map of ${value}`);
        for (let i = 0; i < value; i++) field(indent + 1, path);
        return;
      case 'tag':
        say(head, `tag ${value}: ${tags[value]}`);
        item(indent + 1, path);
        return;
      default:
        say(head, { 20: 'false', 21: 'true', 22: 'null' }[value] ?? '?');
    }
  }

  function field(indent: number, path: string): void {
    const { major, value, length } = headAt(bytes, at);
    const isText = majors[major] === 'text';
    const end = at + length + (isText ? value : 0);
    const key = isText ? bytes.toString('utf8', at + length, end) : String(major === 1 ? -1 - value : value);
    lines.push({
      indent,
      hex: bytes.toString('hex', at, end),
      means: `key ${isText ? JSON.stringify(key) : key}`,
    });
    at = end;
    item(indent + 1, `${path}.${key}`);
  }

  item(0, '');
  return lines;
}

const cut = (bytes: Buffer): string =>
  bytes.length <= shownBytes + 4 ? bytes.toString('hex') : `${bytes.toString('hex', 0, shownBytes)}…`;
const shortText = (text: string): string => (text.length <= 60 ? text : `${text.slice(0, 60)}…`);

const column = 56;

export const explained = (bytes: Buffer, inside: Inside): string =>
  annotate(bytes, inside)
    .map(({ indent, hex, means }) => {
      const left = `${'  '.repeat(indent)}${hex}`;
      return `${left.padEnd(column)}  ${means}`;
    })
    .join('\n');
