// A coded error as it is sent through a door.
import * as v from 'valibot';
import { type CompletionCode, isMadoguchiError, MadoguchiError } from '../base/error.ts';
import { DoorError } from './error.ts';

/** Max. length of a name in a detail and of a text, in characters. */
const maxName = 80;
const maxText = 500;
/** Max. entries of a detail. */
const maxDetails = 32;

const name = v.pipe(v.string(), v.maxLength(maxName));
const text = v.pipe(v.string(), v.maxLength(maxText));
/** The form that the ledger accepts: a transaction may end with such a code. */
const codeForm = /^[a-z][a-zA-Z]{0,38}\/[a-zA-Z]{1,40}$/;

const completionCode: v.GenericSchema<string, CompletionCode> = v.picklist([
  'userError',
  'hardwareError',
  'deviceNotReady',
  'timeout',
  'canceled',
  'unsupportedCommand',
  'invalidData',
  'internalError',
  'connectionLost',
  'fraudAttempt',
  'sequenceError',
  'commandErrorCode',
]);

const detailValue = v.union([text, v.number(), v.boolean()]);

export const wireError = v.strictObject({
  code: v.pipe(v.string(), v.regex(codeForm)),
  completion: completionCode,
  message: text,
  hint: text,
  detail: v.pipe(v.record(name, detailValue), v.maxEntries(maxDetails)),
});

type WireError = v.InferOutput<typeof wireError>;

/** Codes are sent unchanged. An error without a code becomes door/internal; its message is not sent. */
export function toWire(error: unknown): WireError {
  const isCoded = isMadoguchiError(error) && codeForm.test(error.code);
  const { code, completion, message, hint, detail } = isCoded ? error : new DoorError('door/internal');
  return {
    code,
    completion,
    message: message.slice(0, maxText),
    hint: hint.slice(0, maxText),
    detail: Object.fromEntries(
      Object.entries(detail)
        .map(([key, value]) => [
          key.slice(0, maxName),
          typeof value === 'string' ? value.slice(0, maxText) : value,
        ])
        .filter(([, value]) => v.is(detailValue, value))
        .slice(0, maxDetails),
    ),
  };
}

export const fromWire = ({ code, message, hint, completion, detail }: WireError): MadoguchiError =>
  new MadoguchiError(code, message, hint, { completion, detail });
