import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Puts a file under its name whole, for its owner alone (mode 0600), and only if nothing is there yet. Whoever wants to
 * know who came first reads it afterwards.
 *
 * Two processes may start at the same moment from one folder. Each writes its own draft and links it into place: unlike
 * a rename, a link never replaces what another process has put there first. Where a file system has no hard links
 * (exFAT, SMB, some bind mounts), the last of two simultaneous first starts wins.
 * @param link for a test, which has no such file system
 */
export function publishOnce(file: string, text: string, link = linkSync): void {
  const draft = `${file}.${process.pid}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(draft, text, { mode: 0o600, flag: 'wx' });
    link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    if (!existsSync(draft)) throw error;
    if (!existsSync(file)) renameSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
}
