// One page to draw on. A character that the font does not have throws issuing/glyph.
import type PDFDocument from 'pdfkit';
import { unless } from '../../service/refusal.ts';
import type { CertificateFont } from './certificate-font.ts';

type Document = InstanceType<typeof PDFDocument>;

/** Width and height of A4, and the margin, in points (1/72 inch). */
export const a4 = { width: 595.28, height: 841.89, margin: 48 };

export interface TextStyle {
  /** Size in points. It is reduced if the text does not fit the box. */
  size?: number;
  align?: 'left' | 'center' | 'right';
  color?: string;
  /** Free space at the left and right edge, in points. */
  pad?: number;
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const ink = '#111111';

export class Sheet {
  readonly document: Document;
  readonly #font: CertificateFont;

  constructor(document: Document, font: CertificateFont) {
    this.document = document;
    this.#font = font;
  }

  /** Draws one line, centred vertically in the box and not wider than the box. Errors: Refusal issuing/glyph. */
  text(box: Box, text: string, { size = 10.5, align = 'left', color = ink, pad = 4 }: TextStyle = {}): void {
    unless(this.#font.has(text), 'issuing/glyph');
    const room = box.width - 2 * pad;
    const document = this.document.fontSize(size);
    const fitting = Math.min(size, (size * room) / document.widthOfString(text));
    const width = document.fontSize(fitting).widthOfString(text);
    const left = { left: pad, center: (box.width - width) / 2, right: box.width - pad - width }[align];
    // IPAmj's em box is drawn from its top: half of the remaining height is above it
    const y = box.y + (box.height - fitting) / 2;
    document.fillColor(color).text(text, box.x + left, y, { lineBreak: false });
  }

  rule({ x, y, width, height }: Box, line = 0.6): void {
    this.document.lineWidth(line).strokeColor(ink).rect(x, y, width, height).stroke();
  }

  /** Draws a ruled cell: a small label on the left and a value in the rest. */
  field(
    box: Box,
    label: string,
    value: string,
    { labelWidth = 76, ...style }: TextStyle & { labelWidth?: number } = {},
  ): void {
    const head = { ...box, width: labelWidth };
    this.document
      .rect(head.x, head.y, head.width, head.height)
      .fillOpacity(0.35)
      .fill('#dfe9e2')
      .fillOpacity(1);
    this.rule(head, 0.4);
    this.rule(box);
    this.text(head, label, { size: 8.5, align: 'center' });
    this.text({ ...box, x: box.x + labelWidth, width: box.width - labelWidth }, value, style);
  }
}
