// Profiles of page printers, by the name that gate.json uses. A new model is one line here.
import { a4Certificate, type PageProfile } from '../../../drivers/page/page-profile.ts';
import { GateRefusal } from '../gate-refusal.ts';

const profiles: Readonly<Record<string, PageProfile>> = { a4Certificate };

/** Errors: gate/home for an unknown name. */
export function pageProfile(name: string): PageProfile {
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (profile) return profile;
  throw new GateRefusal('gate/home', {
    detail: { file: 'gate.json', why: `no page printer profile ${name}` },
  });
}
