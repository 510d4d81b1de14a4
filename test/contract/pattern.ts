// A JavaScript pattern as CDDL's .regexp has it (RFC 8610, 3.8.3: XML Schema's language, which is always anchored).

/** The pattern as a CDDL text. Throws on what the two languages read differently. */
export function cddlPattern({ source, flags }: RegExp): string {
  if (!(source.startsWith('^') && source.endsWith('$'))) throw new Error(`/${source}/ is not anchored.`);
  if (flags !== '' && flags !== 'u') throw new Error(`/${source}/${flags} has a flag that CDDL has not.`);
  const inner = source
    .slice(1, -1)
    .replaceAll('\\/', '/')
    .replaceAll(/\[([^\]]*)\\d([^\]]*)\]/g, '[$10-9$2]')
    .replaceAll('\\d', '[0-9]');
  if (/\(\?|\\[wbB]|[\^$](?<!\[\^)/.test(inner)) throw new Error(`/${source}/ has no form in CDDL.`);
  return JSON.stringify(inner);
}
