import { expect, it } from 'vitest';
import { examineWith } from '../../test/doctor/examine-with';
import { diagnoses, refuseSettings, summarise } from './examine';

it('looks at everything, each thing under a name of its own, settings first', async () => {
  const lines = Object.values(
    await examineWith({ store: () => new Promise((_resolve, reject) => reject(new Error())) }),
  );
  const names = lines.map(({ name }) => name);
  expect(names).toEqual(['settings', ...diagnoses.map(({ name }) => name)]);
  expect(new Set(names).size).toBe(names.length);
});

it('goes on where one diagnosis breaks off', async () => {
  const lines = await examineWith({
    store: async () => ({ state: 'there' }) as unknown as Promise<never>,
    running: false,
  });
  expect(lines.store).toMatchObject({
    result: 'warn',
    found: expect.stringContaining('could not be looked at'),
  });
  expect(lines.cookie).toMatchObject({ result: 'pass' });
});

it('says of every wrong setting what to do, and looks at nothing else', () => {
  const problems = [
    { variable: 'OIDC_CLIENT_ID', problem: 'is missing', fix: 'set it' },
    { variable: 'OIDC_PROVIDER', problem: '"top-secret" is not known', fix: 'use one of: auth0' },
  ];
  const lines = refuseSettings(problems, ['top-secret']);
  expect(lines.slice(0, 2)).toEqual([
    {
      name: 'settings',
      title: 'The settings can be read',
      result: 'fail',
      found: 'OIDC_CLIENT_ID is missing.',
      change: 'OIDC_CLIENT_ID: set it.',
    },
    expect.objectContaining({ result: 'fail', found: 'OIDC_PROVIDER "•••" is not known.' }),
  ]);
  expect(lines).toHaveLength(2 + diagnoses.length);
  expect(lines.slice(2).every(({ result }) => result === 'skipped')).toBe(true);
  expect(summarise(lines)).toEqual({
    result: 'fail',
    counts: { pass: 0, warn: 0, fail: 2, skipped: diagnoses.length },
  });
});

it.each([
  [['pass', 'skipped'], 'pass'],
  [['pass', 'warn', 'skipped'], 'warn'],
  [['warn', 'fail', 'pass'], 'fail'],
] as const)('takes %j together as %s', (results, worst) => {
  const lines = results.map((result) => ({ name: 'x', title: 'X', result, found: '' }));
  expect(summarise(lines).result).toBe(worst);
});
