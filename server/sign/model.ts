/** What a token says. Pure data; how it is written and verified is token.ts. */

/** One derived key per audience: a token for one door opens no other. */
export type Audience = 'hls' | 'media' | 'download';

export interface Claims {
  audience: Audience;
  /** What the token was minted for: a share, or a file for the signed-in preview. */
  subject: 'share' | 'file';
  /** Id of that share or file (UUID). */
  subjectId: string;
  /** Generation that it opens (UUID). */
  generationId: string;
  /** Share epoch at minting; 0 for files. */
  epoch: number;
  /** Unix seconds; 0 = lives as long as the share. */
  expiresAt: number;
  /** Window in milliseconds, for clips. */
  clip?: { startMs: number; endMs: number };
}

/** A note of one kind is none of another. */
export type Purpose = 'pass' | 'play';

export interface Seals {
  /** Letters, digits, `-`, `_` and `.`: fit for a cookie. */
  seal(purpose: Purpose, parts: readonly string[], livesMs: number): string;
  /** The parts, or undefined: not ours, for another purpose, over. Never throws. */
  unseal(purpose: Purpose, sealed: string): string[] | undefined;
}

export interface Signer extends Seals {
  mint(claims: Claims): string;
  /** The claims, or undefined: malformed, tampered, other audience, expired, unknown key. Never throws. */
  verify(token: string, audience: Audience): Claims | undefined;
}
