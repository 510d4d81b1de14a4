// The documents of docs/contract that are written from the code: each with what it has to hold.
import { render as asyncapi } from './asyncapi.ts';
import { render as cddl } from './cddl.ts';
import { render as walkthrough } from './walkthrough.ts';

export const pages: readonly { page: URL; render: () => string }[] = [
  { page: new URL('../../docs/contract/messages.cddl', import.meta.url), render: cddl },
  { page: new URL('../../docs/contract/asyncapi.yaml', import.meta.url), render: asyncapi },
  { page: new URL('../../docs/contract/walkthrough.md', import.meta.url), render: walkthrough },
];
