// The IPP numbers that this driver uses (RFC 8010, 3.5; RFC 8011, 5.4.15, 5.3.7, 5.4.11 and appendix B).

/** Delimiter tags that open or end a group (RFC 8010, 3.5.1). */
export const group = { operation: 0x01, job: 0x02, end: 0x03, printer: 0x04, unsupported: 0x05 } as const;

/** Value tags that we send (RFC 8010, 3.5.2). */
export const syntax = {
  integer: 0x21,
  boolean: 0x22,
  enum: 0x23,
  name: 0x42,
  keyword: 0x44,
  uri: 0x45,
  charset: 0x47,
  naturalLanguage: 0x48,
  mimeMediaType: 0x49,
} as const;

/** Operation ids (RFC 8011, 5.4.15). */
export const operations = {
  'Validate-Job': 0x0004,
  'Create-Job': 0x0005,
  'Send-Document': 0x0006,
  'Cancel-Job': 0x0008,
  'Get-Job-Attributes': 0x0009,
  'Get-Jobs': 0x000a,
  'Get-Printer-Attributes': 0x000b,
} as const;

export type OperationName = keyof typeof operations;

/** Status codes that the driver distinguishes (RFC 8011, appendix B.1). */
export const status = {
  lastSuccessful: 0x00ff,
  notPossible: 0x0404,
  notFound: 0x0406,
  gone: 0x0407,
  serviceUnavailable: 0x0502,
  deviceError: 0x0504,
  temporaryError: 0x0505,
  notAcceptingJobs: 0x0506,
  busy: 0x0507,
  deactivated: 0x050a,
} as const;

/** job-state (RFC 8011, 5.3.7). */
export const jobStates = {
  3: 'pending',
  4: 'pending-held',
  5: 'processing',
  6: 'processing-stopped',
  7: 'canceled',
  8: 'aborted',
  9: 'completed',
} as const;

/** printer-state (RFC 8011, 5.4.11). */
export const printerStates = { 3: 'idle', 4: 'processing', 5: 'stopped' } as const;

/** The keyword of an enum value, or undefined if the table does not have the number. */
export const nameOf = <T extends Record<number, string>>(
  table: T,
  value: number | undefined,
): T[keyof T] | undefined => (value === undefined ? undefined : (table[value] as T[keyof T] | undefined));
