// A PDF file with an incremental revision that runs a script: readers differ in what they take for the document.

/** The file with a revision behind it (ISO 32000-1, 7.5.6): its catalogue gets an OpenAction. */
export function withRevision(pdf: Buffer): Buffer {
  const text = pdf.toString('latin1');
  const [, root = '', generation = ''] = /\/Root (\d+) (\d+) R/.exec(text) ?? [];
  const size = /\/Size (\d+)/.exec(text)?.[1] ?? '';
  const before = /startxref\s+(\d+)/.exec(text)?.[1] ?? '';
  const catalogue =
    new RegExp(`\\b${root} ${generation} obj\\s*<<([\\s\\S]*?)>>\\s*endobj`).exec(text)?.[1] ?? '';
  const body = `${root} ${generation} obj\n<<${catalogue}/OpenAction <</S /JavaScript /JS (1)>>\n>>\nendobj\n`;
  const at = pdf.length + 1;
  const offset = String(at).padStart(10, '0');
  const table = `xref\n${root} 1\n${offset} ${generation.padStart(5, '0')} n \n`;
  const trailer = `trailer\n<</Size ${size} /Root ${root} ${generation} R /Prev ${before}>>\n`;
  const end = `startxref\n${at + body.length}\n%%EOF\n`;
  return Buffer.concat([pdf, Buffer.from(`\n${body}${table}${trailer}${end}`, 'latin1')]);
}
