// Checks that apply to every request, before its operation (RFC 8011, 4.1).
import * as status from './ipp-status.ts';
import { bare, firstInteger, groupOf, operationFlag, texts } from './ipp-values.ts';
import type { WireAttribute, WireRequest, WireResponse } from './ipp-wire.ts';
import { capabilities, formats, maxCopies } from './printer-attributes.ts';

/** A refusal, or undefined if the request is valid. */
export function checkRequest(request: WireRequest): WireResponse | undefined {
  if (request.major !== 1 && request.major !== 2) return bare(status.VERSION_NOT_SUPPORTED);
  if (request.requestId < 1) return bare(status.BAD_REQUEST);
  if (request.groups[0]?.tag !== 0x01) return bare(status.BAD_REQUEST);
  const [first, second, ...others] = request.groups[0].attributes;
  if (first?.name !== 'attributes-charset' || second?.name !== 'attributes-natural-language')
    return bare(status.BAD_REQUEST);
  if (first.values[0]?.bytes.toString() !== 'utf-8') return bare(status.CHARSET_NOT_SUPPORTED);
  const named = others.some(({ name }) => name === 'printer-uri' || name === 'job-uri');
  return named ? undefined : bare(status.BAD_REQUEST);
}

/** A refusal, if the printer does not support the format or compression (RFC 8011, 4.2.1.1). */
export function checkDocument(request: WireRequest): WireResponse | undefined {
  const [format = formats[0]!] = texts(request, 'document-format');
  const [compression = 'none'] = texts(request, 'compression');
  if (!formats.includes(format)) return bare(status.FORMAT_NOT_SUPPORTED);
  return compression === 'none' ? undefined : bare(status.COMPRESSION_NOT_SUPPORTED);
}

/** The Job Template attributes of a request that the printer does not support (RFC 8011, 4.1.7). */
export function unsupportedTemplate(request: WireRequest): WireAttribute[] {
  return groupOf(request, 0x02).filter(attribute => !supports(attribute));
}

/** True if the job must be refused when an attribute is not supported (ipp-attribute-fidelity, RFC 8011, 4.2.1.1). */
export const insists = (request: WireRequest): boolean =>
  operationFlag(request, 'ipp-attribute-fidelity') ?? false;

function supports(attribute: WireAttribute): boolean {
  const number = firstInteger(attribute);
  if (attribute.name === 'copies') return number !== undefined && number >= 1 && number <= maxCopies;
  const able: readonly (string | number)[] | undefined =
    capabilities[attribute.name as keyof typeof capabilities];
  return able?.includes(number ?? attribute.values[0]?.bytes.toString() ?? '') ?? false;
}
