// External data of every signed or encrypted message: its kind, version, and place. It is bound into the signature (RFC 9052, 4.3).
// So a message can't be taken for one of another kind, and is not valid in another place.

export const contextOf = {
  /** A message on a topic, in either direction. */
  topic: (topic: string): string => `madoguchi/1 topic ${topic}`,
  root: 'madoguchi/1 root',
  keySet: 'madoguchi/1 key set',
  configuration: (terminal: string): string => `madoguchi/1 configuration ${terminal}`,
  enrolment: 'madoguchi/1 enrolment',
  release: (terminal: string): string => `madoguchi/1 release ${terminal}`,
  /** Authentication sealed to the card authentication service. */
  authentication: (transaction: Buffer): string =>
    `madoguchi/1 authentication ${transaction.toString('hex')}`,
  subject: (transaction: Buffer): string => `madoguchi/1 subject ${transaction.toString('hex')}`,
  /** Order sealed to the issuing service. */
  order: (transaction: Buffer): string => `madoguchi/1 order ${transaction.toString('hex')}`,
  manifest: (transaction: Buffer): string => `madoguchi/1 manifest ${transaction.toString('hex')}`,
  /** Document sealed to the gate's key of one transaction. */
  document: (transaction: Buffer): string => `madoguchi/1 document ${transaction.toString('hex')}`,
  evidence: (transaction: Buffer): string => `madoguchi/1 evidence ${transaction.toString('hex')}`,
} as const;
