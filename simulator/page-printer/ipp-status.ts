// Status codes of the printer's answers (RFC 8011, appendix B.1).
export const OK = 0x0000;
export const OK_SUBSTITUTED = 0x0001;
export const BAD_REQUEST = 0x0400;
export const NOT_POSSIBLE = 0x0404;
export const NOT_FOUND = 0x0406;
export const FORMAT_NOT_SUPPORTED = 0x040a;
export const VALUES_NOT_SUPPORTED = 0x040b;
export const CHARSET_NOT_SUPPORTED = 0x040d;
export const COMPRESSION_NOT_SUPPORTED = 0x040f;
export const OPERATION_NOT_SUPPORTED = 0x0501;
export const VERSION_NOT_SUPPORTED = 0x0503;
export const BUSY = 0x0507;
export const ONE_DOCUMENT_ONLY = 0x0509;
