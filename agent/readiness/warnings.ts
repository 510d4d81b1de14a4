// What stops nobody yet: each with its stable code, and what an operator does about it.

/** All codes, for docs/codes.md: the part of the terminal (`part` on the panel), and what an operator does. */
export const warningCodes = {
  'clock/wrong': [
    'clock',
    "Set this machine's clock, and see why its time synchronisation fails; receipts are dated by the hub's time meanwhile.",
  ],
  'certificate/ending': [
    'certificate',
    "Have the terminal's certificate renewed: the last third of its life has begun.",
  ],
} as const satisfies Record<string, readonly [part: string, hint: string]>;

export type WarningCode = keyof typeof warningCodes;

export interface Warning {
  part: (typeof warningCodes)[WarningCode][0];
  code: WarningCode;
  /** For an operator. */
  hint: string;
}

export const warningOf = (code: WarningCode): Warning => {
  const [part, hint] = warningCodes[code];
  return { part, code, hint };
};
