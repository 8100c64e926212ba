import { existsSync } from 'node:fs';
import { makeKeyringFile, readKeyringText, replaceKeyringFile, refuseUnwritable } from './keyring-file.ts';
import { keyringOf, openRing, type Keyring } from './keyring.ts';
import type { Providers } from './providers/provider.ts';
import { mergedRing, ringShape } from './ring.ts';

/** A keyring as it was saved somewhere, opened without a database. */
export type KeptRing = Pick<Keyring, 'id' | 'derive'> & {
  /** The ring in the clear. */
  readonly openText: () => string;
  /**
   * Puts it there, closed as it was, with the wrapping keys of another copy behind its own.
   * @throws Fault('unavailable') when the folder cannot be written
   */
  readonly installAt: (path: string, other: KeptRing | null) => void;
  /** @throws Fault('unavailable') where `installAt` could not write */
  readonly mayInstallAt: (path: string) => void;
};

/** Null for what is no keyring. @throws Fault when its provider is away or does not open it */
export async function openKeptRing(text: string, providers: Providers): Promise<KeptRing | null> {
  const file = readKeyringText(text);
  if (file === null) return null;
  const opened = await openRing(file, providers);
  return {
    id: keyringOf('', opened).id,
    derive: keyringOf('', opened).derive,
    mayInstallAt: refuseUnwritable,
    openText: () => keyringOf('', opened).kept.openText(),
    installAt: (path, other) => {
      const theirs = other === null ? null : ringShape.parse(JSON.parse(other.openText()));
      const ring = theirs === null ? opened.ring : mergedRing(opened.ring, theirs);
      const whole = keyringOf(path, { ...opened, ring }).kept.text();
      if (existsSync(path)) replaceKeyringFile(path, whole);
      else makeKeyringFile(path, whole);
    },
  };
}
