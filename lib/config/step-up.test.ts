import { describe, expect, it } from 'vitest';
import { Fields } from './fields';
import { readStepUp } from './step-up';

const read = (env: Record<string, string>) => {
  const fields = new Fields(env);
  return { ...readStepUp(fields), variables: fields.problems.map(({ variable }) => variable) };
};

describe('STEP_UP_MAX_AGE and STEP_UP_ACR_VALUES', () => {
  it('are none where nothing is said', () => {
    expect(read({})).toEqual({ maxAge: {}, acrValues: {}, variables: [] });
  });

  it('name actions with seconds, and with authentication contexts', () => {
    expect(
      read({
        STEP_UP_MAX_AGE: 'note:delete=300, note:update=0',
        STEP_UP_ACR_VALUES: 'note:delete=urn:example:strong phr',
      }),
    ).toEqual({
      maxAge: { 'note:delete': 300, 'note:update': 0 },
      acrValues: { 'note:delete': ['urn:example:strong', 'phr'] },
      variables: [],
    });
  });

  it.each([
    'note:delete',
    'note:delete=',
    '=300',
    'note:delete=soon',
    'note:delete=-1',
    'note:delete=1e3',
    'note:delete=5m',
  ])('are refused as "%s"', (text) => {
    expect(read({ STEP_UP_MAX_AGE: text }).variables).toEqual(['STEP_UP_MAX_AGE']);
  });

  it.each(['note:delete=', 'note:delete="a"', 'note:delete=a<b'])(
    'are refused as the context "%s"',
    (text) => {
      expect(read({ STEP_UP_ACR_VALUES: text }).variables).toEqual(['STEP_UP_ACR_VALUES']);
    },
  );
});
