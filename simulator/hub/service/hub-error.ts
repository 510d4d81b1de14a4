// An error of the virtual hub or of its operator. The refusal of a terminal's question is in refusal.ts.

export class HubError extends Error {
  override readonly name = 'HubError';
}
