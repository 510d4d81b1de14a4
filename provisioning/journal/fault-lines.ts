// What tampering means, where it was found, and what a person does now.
import {
  type JournalError,
  type JournalErrorCode,
  journalCodes,
  type TamperCode,
} from '../../agent/journal/journal-error.ts';
import { segmentName } from '../../agent/journal/segment-format.ts';
import type { Fault } from './structure.ts';

/** `error` is one of tampering. */
export function faultOf({ code, detail: { segment, offset } }: JournalError): Fault {
  return {
    code: code as TamperCode,
    file: segmentName(Number(segment)),
    ...(typeof offset === 'number' && { offset }),
  };
}

/** Nothing for one that was not set aside. */
export function reasonLines(reason: JournalErrorCode | undefined): string[] {
  if (reason === undefined) return [];
  return [`SET ASIDE  ${reason}: ${journalCodes[reason][0]}`];
}

/** Nothing where there are none. */
export function faultLines(faults: readonly Fault[]): string[] {
  if (faults.length === 0) return [];
  return [
    ...faults.map(({ code, file, offset }) => {
      const place = offset === undefined ? file : `${file} at offset ${offset}`;
      return `TAMPERED  ${code}  ${place}: ${journalCodes[code][0]}`;
    }),
    ...new Set(faults.map(({ code }) => `What to do: ${journalCodes[code][1]}.`)),
    'Leave the folder as it is, it is the evidence; work on a copy. What still opens: madoguchi journal export --salvage.',
  ];
}
