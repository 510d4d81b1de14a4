// A document that passed every check: what print releases.
import type { Manifest } from '../../protocol/document.ts';

export interface HeldDocument {
  manifest: Manifest;
  /** SHA-256 of the signed manifest as it came. */
  manifestDigest: Buffer;
  /** This object's own; zeroed after use. */
  pdf: Buffer;
}
