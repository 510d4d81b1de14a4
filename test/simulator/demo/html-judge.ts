// Judges of an HTML file, for tests: does it refer to anything outside, and are its elements closed?

/** Each place that refers to something else than the file itself, or runs something. */
export function foreignReferences(text: string): string[] {
  const attributes = [...text.matchAll(/\s([a-z:]+)\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/gi)]
    .map(([, name = '', value = '']) => [name.toLowerCase(), value.replace(/^["']|["']$/g, '')] as const)
    .filter(
      ([name, value]) =>
        /^on|^srcset$|^(action|data|poster|background|manifest)$/.test(name) ||
        (/^(src|href|xlink:href)$/.test(name) && !/^(data:|#)/.test(value)),
    )
    .map(([name, value]) => `${name}=${value.slice(0, 80)}`);
  const others = text.match(/https?:|url\(|@import|<(script|link|iframe|object|embed|base)\b/gi) ?? [];
  return [...attributes, ...others];
}

const empty = /^(meta|img|br|hr|link|input|!doctype)$/;

/** Each closing tag that closes something else, and what is never closed. */
export function unbalanced(text: string): string[] {
  const [open, wrong]: [string[], string[]] = [[], []];
  for (const [, closing, name = '', selfClosing] of text.matchAll(
    /<(\/?)([a-z!][a-z0-9]*)(?:"[^"]*"|'[^']*'|[^"'>])*?(\/?)>/gi,
  )) {
    const tag = name.toLowerCase();
    if (selfClosing || empty.test(tag)) continue;
    if (!closing) open.push(tag);
    else if (open.pop() !== tag) wrong.push(`</${tag}>`);
  }
  return [...wrong, ...open.map(tag => `<${tag}>`)];
}
