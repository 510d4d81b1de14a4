// What can keep the virtual hub from starting; a refusal of a terminal is refusal.ts.

export class HubError extends Error {
  override readonly name = 'HubError';
}
