// HTML in which every word is escaped, unless it is HTML of ours already.

export class Html {
  readonly text: string;

  /** `text` is HTML: escaped where it has to be. */
  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | Html | undefined | readonly Part[];

const signs: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (part: Part): string => {
  if (part === undefined) return '';
  if (part instanceof Html) return part.text;
  if (Array.isArray(part)) return part.map(escaped).join('');
  return String(part).replace(/[&<>"']/g, sign => signs[sign]!);
};

/** Strings and numbers are escaped, in text and in quoted attributes; `Html` and lists of it stay; undefined is nothing. */
export const html = (literals: TemplateStringsArray, ...parts: Part[]): Html =>
  new Html(literals.reduce((text, literal, index) => text + escaped(parts[index - 1]) + literal));

/** Japanese, for a reader or a voice to know. */
export const japanese = (text: string): Html => html`<span lang="ja">${text}</span>`;

export const dataUri = (type: 'image/jpeg' | 'image/png', bytes: Buffer): string =>
  `data:${type};base64,${bytes.toString('base64')}`;
