import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startPostgres, type TestPostgres, testPassword } from '../../test/db/postgres';
import type { DatabaseSettings } from '../config/database-url';
import { migrate, openStore } from './open';
import { whenReachable } from './wait';

let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

const at = (url: string): DatabaseSettings => ({ kind: 'postgres', url, poolMax: 2 });

/** Waits for a database as a start does. @returns what it said meanwhile, and why it gave up */
async function wait(
  settings: DatabaseSettings,
  { onSaid = () => undefined, ...options }: { patience?: number; onSaid?: () => void } = {},
) {
  const say = vi.fn((_line: string) => onSaid());
  const open = vi.fn(async () => {
    const db = openStore(settings);
    await migrate(db).finally(() => db.destroy());
  });
  const error = await whenReachable(settings, open, { patience: 0, pause: 50, say, ...options }).then(
    () => undefined,
    (thrown: Error) => thrown,
  );
  return { error, said: say.mock.calls.flat(), tries: open.mock.calls.length };
}

describe('a server that is starting at the same moment', () => {
  it('is waited for, and that is said once', async () => {
    await server.halt();
    let starting: Promise<void> | undefined;
    const onSaid = () => {
      starting = server.start();
    };
    const { error, said, tries } = await wait(at(server.url()), { patience: 20_000, onSaid });
    await starting;
    expect(error).toBeUndefined();
    expect(tries).toBeGreaterThan(1);
    expect(said).toEqual([
      `Waiting up to 20 s for the database at 127.0.0.1:${server.port}, database claimcheck (ECONNREFUSED)`,
    ]);
  });

  it('or is there already is not spoken of', async () => {
    expect(await wait(at(server.url()))).toEqual({ error: undefined, said: [], tries: 1 });
  });
});

describe('a server that cannot be used is told apart from others, with a fix and without the password:', () => {
  const place = () => `the database server at 127.0.0.1:${server.port}, database`;
  const wrong = 'wr0ng-hunter2';

  it('nobody listens there', async () => {
    const { error, tries } = await wait(at(`postgres://app:${wrong}@127.0.0.1:1/notes`), { patience: 200 });
    expect(error?.message).toBe(
      'the database server at 127.0.0.1:1, database notes, cannot be reached: ECONNREFUSED\n      Fix: start it, or correct host and port in DATABASE_URL',
    );
    expect(tries).toBeGreaterThan(1);
  });

  it('the password is wrong', async () => {
    const url = server.url().replace(encodeURIComponent(testPassword), wrong);
    const { error, tries, said } = await wait(at(url), { patience: 60_000 });
    expect(error?.message).toContain(`${place()} claimcheck, refuses user name or password (28P01)`);
    expect(error?.message).toContain('Fix: correct user name and password in DATABASE_URL');
    expect([tries, said]).toEqual([1, []]);
    expect(everythingOf(error)).not.toContain(wrong);
  });

  it('there is no database of that name', async () => {
    const { error } = await wait(at(server.url('nothing')), { patience: 60_000 });
    expect(error?.message).toContain(`${place()} nothing, has no database of that name (3D000)`);
    expect(everythingOf(error)).not.toContain(testPassword);
  });

  it('there is no password where one is needed', async () => {
    const { error } = await wait(at(`postgres://claimcheck@127.0.0.1:${server.port}/claimcheck`), {
      patience: 60_000,
    });
    expect(error?.message).toContain('whether DATABASE_URL has a password');
  });

  it('it speaks no TLS, and the URL wants it', async () => {
    const { error, tries } = await wait(at(`${server.url()}?sslmode=verify-full`), { patience: 60_000 });
    expect(error?.message).toMatch(/SSL.*\n.*sslmode/);
    expect(tries).toBe(1);
  });

  it('its socket is not there yet, which is waited for; a file that the URL names and is not there is not', async () => {
    const socket = await wait(at('postgres:///notes?host=/nowhere'), { patience: 200 });
    expect(socket.error?.message).toContain('at /nowhere:5432, database notes, cannot be reached: ENOENT');
    expect(socket.tries).toBeGreaterThan(1);
    const file = await wait(at(`${server.url()}?sslrootcert=/nowhere.pem`), { patience: 60_000 });
    expect(file.error?.message).toContain('ENOENT on opening /nowhere.pem');
    expect(file.tries).toBe(1);
  });

  it('nobody may make tables there', async () => {
    await server.run('create database closed');
    const { error } = await wait(at(server.url('closed')), { patience: 60_000 });
    expect(error?.message).toMatch(/42501.*\n.*Fix: .*grant/);
  });

  /** What a logger could get hold of. */
  const everythingOf = (error: Error | undefined) =>
    JSON.stringify([error?.message, error?.stack, error, error?.cause, String(error?.cause)]);
});

describe('a file', () => {
  it('is not waited for', async () => {
    const open = vi.fn(() => Promise.reject(new Error('no such folder')));
    const say = vi.fn();
    await expect(whenReachable({ kind: 'sqlite', file: '/x' }, open, { say })).rejects.toThrow(
      'no such folder',
    );
    expect(open).toHaveBeenCalledTimes(1);
    expect(say).not.toHaveBeenCalled();
  });
});
