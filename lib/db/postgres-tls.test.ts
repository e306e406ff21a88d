import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { privateCertificate } from '../../test/certificate';
import { startPostgres, type TestPostgres } from '../../test/db/postgres';
import { openPostgres } from './postgres';

let server: TestPostgres;
let folder: string;
beforeAll(async () => {
  const certificate = privateCertificate();
  server = await startPostgres({ certificate });
  folder = mkdtempSync(path.join(os.tmpdir(), 'claimcheck-tls-'));
  writeFileSync(path.join(folder, 'ca.pem'), certificate.cert);
  writeFileSync(path.join(folder, 'other.pem'), privateCertificate().cert);
});
// The driver warns that it will read some modes less strictly one day.
beforeEach(() => void vi.spyOn(process, 'emitWarning').mockReturnValue(undefined));
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await server.stop();
});

/** Whether a connection with these parameters is encrypted, or why there is none. */
async function encrypted(parameters: string, host = 'localhost'): Promise<unknown> {
  const url = `${server.url().replace('@localhost', `@${host}`)}?${parameters.replaceAll('FOLDER', folder)}`;
  const db = openPostgres({ kind: 'postgres', url, poolMax: 1 });
  try {
    const { rows } = await sql<{ ssl: boolean }>`
      select ssl from pg_stat_ssl where pid = pg_backend_pid()`.execute(db);
    return rows[0]?.ssl;
  } catch (error) {
    return (error as { reason?: unknown }).reason;
  } finally {
    await db.destroy();
  }
}

describe('sslmode of DATABASE_URL', () => {
  it.each([
    ['sslmode=disable', false],
    ['', false],
    ['sslmode=verify-full&sslrootcert=FOLDER/ca.pem', true],
    ['sslmode=require&sslrootcert=FOLDER/ca.pem', true],
    ['sslmode=no-verify', true],
    ['uselibpqcompat=true&sslmode=require', true],
  ])('"%s" is encrypted: %s', async (parameters, expected) => {
    expect(await encrypted(parameters)).toBe(expected);
  });

  it.each([
    ['sslmode=verify-full', /CERT|SELF_SIGNED/],
    ['sslmode=require', /CERT|SELF_SIGNED/],
    ['sslmode=prefer', /CERT|SELF_SIGNED/],
    ['sslmode=verify-ca', /CERT|SELF_SIGNED/],
    ['sslmode=verify-full&sslrootcert=FOLDER/other.pem', /CERT|SELF_SIGNED/],
    ['sslmode=verify-full&sslrootcert=FOLDER/missing.pem', /ENOENT/],
  ])('"%s" is refused where the certificate cannot be trusted', async (parameters, reason) => {
    expect(await encrypted(parameters)).toMatch(reason);
  });

  it('verify-full wants the certificate to be the host’s, too', async () => {
    expect(await encrypted('sslmode=verify-full&sslrootcert=FOLDER/ca.pem', '127.0.0.1')).toBe(
      'ERR_TLS_CERT_ALTNAME_INVALID',
    );
  });
});
