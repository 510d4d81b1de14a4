// Encodes an IPP request: header, operation attributes, job attributes (RFC 8010, 3.1 to 3.9).
import { group, type OperationName, operations, syntax } from './ipp-names.ts';

/** One attribute with one or more values. The syntax defines the encoding of a value. */
export type IppAttribute = readonly [
  syntax: keyof typeof syntax,
  name: string,
  ...values: readonly (string | number | boolean)[],
];

export interface IppRequest {
  version: '1.1' | '2.0';
  operation: OperationName;
  /** [1..2^31-1] (RFC 8011, 4.1.2). */
  requestId: number;
  /** Without charset and natural-language, which `encodeRequest` adds in front (RFC 8011, 4.1.4). */
  operationAttributes: readonly IppAttribute[];
  jobAttributes?: readonly IppAttribute[];
}

/** The request without its document, which follows these bytes on the wire. */
export function encodeRequest(request: IppRequest): Buffer {
  const header = Buffer.alloc(8);
  header.set(request.version === '2.0' ? [2, 0] : [1, 1]);
  header.writeUInt16BE(operations[request.operation], 2);
  header.writeInt32BE(request.requestId, 4);
  const leading: IppAttribute[] = [
    ['charset', 'attributes-charset', 'utf-8'],
    ['naturalLanguage', 'attributes-natural-language', 'en'],
  ];
  return Buffer.concat([
    header,
    encodeGroup(group.operation, [...leading, ...request.operationAttributes]),
    request.jobAttributes?.length ? encodeGroup(group.job, request.jobAttributes) : Buffer.alloc(0),
    Buffer.of(group.end),
  ]);
}

function encodeGroup(tag: number, attributes: readonly IppAttribute[]): Buffer {
  return Buffer.concat([Buffer.of(tag), ...attributes.flatMap(encodeAttribute)]);
}

/** Further values of a set carry an empty name (RFC 8010, 3.1.5). */
function encodeAttribute([type, name, ...values]: IppAttribute): Buffer[] {
  return values.flatMap((value, at) => [
    Buffer.of(syntax[type]),
    counted(Buffer.from(at === 0 ? name : '', 'ascii')),
    counted(encodeValue(value)),
  ]);
}

function encodeValue(value: string | number | boolean): Buffer {
  if (typeof value === 'boolean') return Buffer.of(value ? 1 : 0);
  if (typeof value === 'string') return Buffer.from(value, 'utf8');
  const four = Buffer.alloc(4);
  four.writeInt32BE(value);
  return four;
}

function counted(bytes: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
