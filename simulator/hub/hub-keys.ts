// The hub's own key pairs. Each service gets only its own; the root key signs the set and stays here.
import { type KeyPair, newKeyPair } from '../../agent/protocol/cose-key.ts';
import { signKeySet } from '../../agent/protocol/key-set.ts';

export interface HubKeys {
  root: KeyPair;
  hub: KeyPair;
  configuration: KeyPair;
  cardAuthentication: KeyPair;
  cardAuthenticationSeal: KeyPair;
  issuing: KeyPair;
  issuingSeal: KeyPair;
}

export const makeHubKeys = (): HubKeys => ({
  root: newKeyPair(),
  hub: newKeyPair(),
  configuration: newKeyPair(),
  cardAuthentication: newKeyPair(),
  cardAuthenticationSeal: newKeyPair(),
  issuing: newKeyPair(),
  issuingSeal: newKeyPair(),
});

/** The signed key set (agent/protocol/key-set.ts). */
export const keySetOf = ({ root, ...keys }: HubKeys, generation: number): Buffer =>
  signKeySet(
    {
      version: 1,
      generation,
      keys: {
        hub: keys.hub.coseKey,
        configuration: keys.configuration.coseKey,
        cardAuthentication: keys.cardAuthentication.coseKey,
        cardAuthenticationSeal: keys.cardAuthenticationSeal.coseKey,
        issuing: keys.issuing.coseKey,
        issuingSeal: keys.issuingSeal.coseKey,
      },
    },
    root,
  );
