// What differs between page printers, as data.

export interface PageProfile {
  /** IPP version put into requests. 2.0 for any IPP Everywhere device, 1.1 for older ones. */
  version: '1.1' | '2.0';
  /** printer-uri of every request: how the printer itself is named, whatever carries the bytes. */
  printerUri: string;
  /** requesting-user-name: the terminal, never a resident. */
  userName: string;
  /** PWG 5101.1 self-describing media name. */
  media: string;
  /** Certificates are printed on one side: the back carries the ground against copying. */
  sides: 'one-sided' | 'two-sided-long-edge';
  /** print-scaling (PWG 5100.16, 5.1.5); left out for a printer that doesn't know it. */
  printScaling?: 'none';
  /** Deadline of a call without a document, ms. */
  callTimeoutMs: number;
  /** Deadline of Send-Document, ms: a slow USB device takes the PDF at its own pace. */
  sendTimeoutMs: number;
  /** Longest time between two looks at a job, ms; the first are a sixteenth of it and more apart. */
  pollMs: number;
  /** Longest answer taken, bytes. ippeveprinter tells all its attributes in 7,615. */
  maxAnswerBytes: number;
}

/** Plain A4, one side, unscaled, IPP/2.0: what a certificate needs. */
export const a4Certificate: PageProfile = {
  version: '2.0',
  printerUri: 'ipp://localhost/ipp/print',
  userName: 'madoguchi',
  media: 'iso_a4_210x297mm',
  sides: 'one-sided',
  printScaling: 'none',
  callTimeoutMs: 10_000,
  sendTimeoutMs: 60_000,
  pollMs: 500,
  maxAnswerBytes: 262_144,
};
