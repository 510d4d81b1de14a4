// The differences between page printers, as data.

export interface PageProfile {
  /** IPP version put into requests. 2.0 for any IPP Everywhere device, 1.1 for older ones. */
  version: '1.1' | '2.0';
  /** printer-uri of every request: the printer's own name, independent of the transport. */
  printerUri: string;
  /** requesting-user-name: names the terminal, never a resident. */
  userName: string;
  /** print-scaling (PWG 5100.16, 5.1.5); absent for a printer that does not support it. */
  printScaling?: 'none';
  /** Time limit of a call without a document, in ms. */
  callTimeoutMs: number;
  /** Time limit of Send-Document, in ms. It is longer because a slow USB device reads the PDF slowly. */
  sendTimeoutMs: number;
  /** Max. time between two polls of a job, in ms. The initial one is a sixteenth of it; each next one is twice as long. */
  pollMs: number;
  /** Max. length of a response, in bytes. ippeveprinter sends all its attributes in 7,615. */
  maxAnswerBytes: number;
}

/** For certificates: unscaled, IPP/2.0. */
export const a4Certificate: PageProfile = {
  version: '2.0',
  printerUri: 'ipp://localhost/ipp/print',
  userName: 'madoguchi',
  printScaling: 'none',
  callTimeoutMs: 10_000,
  sendTimeoutMs: 60_000,
  pollMs: 500,
  maxAnswerBytes: 262_144,
};
