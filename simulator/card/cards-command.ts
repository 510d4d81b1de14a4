// `npm run simulator -- cards`: a card for the terminal of someone who has a hub of their own.
import type { CommandDefinition } from '../command.ts';
import { makeCardsFolder } from './cards-folder.ts';

export const command: CommandDefinition = {
  name: 'cards',
  summary: "make a resident's card, and the authority that issued it, for `terminal --hub`",
  options: { out: { type: 'string', help: 'folder to write; the card is kept in it' } },
  async run({ out }, say) {
    if (typeof out !== 'string') throw new TypeError('cards needs --out');
    const { authority, card, expired, revoked } = await makeCardsFolder(out);
    say(`${authority}: the authority whose cards the hub has to accept`);
    say(`${card}: the certificate of the card, which the hub has to know as a resident's`);
    say(
      `${expired}: one of the same card that has run out. For npm run conformance -- hub: the same resident's`,
    );
    say(`${revoked}: one of the same card. For npm run conformance -- hub: the same resident's, and revoked`);
  },
};
