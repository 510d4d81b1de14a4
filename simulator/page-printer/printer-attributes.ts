// The answer to Get-Printer-Attributes: RFC 8011 (5.2, 5.4) and PWG 5100.12 (6.2), for an IPP/2.0 printer of plain A4.
import {
  charset,
  dpi,
  enumeration,
  flag,
  integer,
  keyword,
  language,
  mimeType,
  nameValue,
  range,
  textValue,
  uri,
} from './ipp-values.ts';
import type { WireAttribute } from './ipp-wire.ts';
import type { VirtualPrinter } from './printer.ts';

export const formats = ['application/pdf', 'application/octet-stream'];
export const maxCopies = 99;

/** Supported Job Template values, as text or number. The validation of jobs reads this table too. */
export const capabilities = {
  media: ['iso_a4_210x297mm', 'iso_a5_148x210mm', 'jis_b5_182x257mm'],
  sides: ['one-sided', 'two-sided-long-edge', 'two-sided-short-edge'],
  'print-scaling': ['none', 'auto', 'fit'],
  'output-bin': ['face-down'],
  finishings: [3],
  'orientation-requested': [3],
  'print-quality': [4],
} as const;

const stateNumbers = { idle: 3, processing: 4, stopped: 5 };

/** Operation ids in the order of RFC 8011, 5.4.15. */
const supportedOperations = [0x02, 0x04, 0x05, 0x06, 0x08, 0x09, 0x0a, 0x0b];

export function templateAttributes(): WireAttribute[] {
  return [
    integer('copies-default', 1),
    range('copies-supported', 1, maxCopies),
    enumeration('finishings-default', 3),
    enumeration('finishings-supported', ...capabilities.finishings),
    keyword('media-default', capabilities.media[0]),
    keyword('media-ready', capabilities.media[0]),
    keyword('media-supported', ...capabilities.media),
    enumeration('orientation-requested-default', 3),
    enumeration('orientation-requested-supported', ...capabilities['orientation-requested']),
    keyword('output-bin-default', 'face-down'),
    keyword('output-bin-supported', ...capabilities['output-bin']),
    enumeration('print-quality-default', 4),
    enumeration('print-quality-supported', ...capabilities['print-quality']),
    keyword('print-scaling-default', 'auto'),
    keyword('print-scaling-supported', ...capabilities['print-scaling']),
    dpi('printer-resolution-default', 600),
    dpi('printer-resolution-supported', 600),
    keyword('sides-default', 'one-sided'),
    keyword('sides-supported', ...capabilities.sides),
  ];
}

export function descriptionAttributes(printer: VirtualPrinter): WireAttribute[] {
  const open = [...printer.known.values()].filter(job => !job.ended);
  const reasons = [...printer.conditions.keys()];
  return [
    charset('charset-configured', 'utf-8'),
    charset('charset-supported', 'utf-8'),
    flag('color-supported', false),
    keyword('compression-supported', 'none'),
    mimeType('document-format-default', 'application/pdf'),
    mimeType('document-format-supported', ...formats),
    language('generated-natural-language-supported', 'en'),
    keyword('ipp-versions-supported', '1.1', '2.0'),
    keyword('job-creation-attributes-supported', 'copies', ...Object.keys(capabilities)),
    range('job-impressions-supported', 0, 1000),
    flag('multiple-document-jobs-supported', false),
    integer('multiple-operation-time-out', printer.options.documentWithinS),
    language('natural-language-configured', 'en'),
    enumeration('operations-supported', ...supportedOperations),
    integer('pages-per-minute', 30),
    keyword('pdl-override-supported', 'attempted'),
    // PWG 5100.22: an auditor compares this counter with the ledger.
    integer('printer-impressions-completed', printer.impressions),
    textValue('printer-info', 'Virtual page printer'),
    flag('printer-is-accepting-jobs', true),
    textValue('printer-location', ''),
    textValue('printer-make-and-model', 'Madoguchi virtual page printer'),
    uri('printer-more-info', 'http://localhost/'),
    nameValue('printer-name', 'madoguchi-page'),
    enumeration('printer-state', stateNumbers[printer.state]),
    keyword('printer-state-reasons', ...(reasons.length ? reasons : ['none'])),
    integer('printer-up-time', printer.upTime),
    uri('printer-uri-supported', printer.uri),
    integer('queued-job-count', open.length),
    keyword('uri-authentication-supported', 'none'),
    keyword('uri-security-supported', 'none'),
    keyword('which-jobs-supported', 'completed', 'not-completed', 'all'),
  ];
}
