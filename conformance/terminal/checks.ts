// Every check of a terminal, in the order in which they are played: those that leave it stopped come last.
import { acknowledgements } from './acknowledgements.ts';
import { answers } from './answers.ts';
import { documents } from './documents.ts';
import { enrolment } from './enrolment.ts';
import { keySets } from './key-sets.ts';
import { link } from './link.ts';
import { messages } from './messages.ts';
import { presence } from './presence.ts';
import { questions } from './questions.ts';
import type { TerminalCheck } from './scene.ts';
import { stops } from './stops.ts';
import { telemetry } from './telemetry.ts';
import { tokens } from './tokens.ts';
import { versions } from './versions.ts';

export const checks: readonly TerminalCheck[] = [
  ...enrolment,
  ...presence,
  ...link,
  ...questions,
  ...answers,
  ...tokens,
  ...documents,
  ...acknowledgements,
  ...telemetry,
  ...keySets,
  ...versions,
  ...messages,
  ...stops,
];
