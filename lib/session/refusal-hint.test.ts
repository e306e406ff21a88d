import { expect, it } from 'vitest';
import { refusalHint } from './refusal-hint';

it.each([
  ['audience', 'OIDC_AUDIENCE'],
  ['issuer', 'OIDC_ISSUER'],
  ['algorithm', 'OIDC_ALGORITHMS'],
  ['form', 'OIDC_AUDIENCE'],
  ['expiry', 'clock'],
  ['signature', 'settings at the provider'],
  ['constructor', 'settings at the provider'],
])('for the check "%s" points at %s', (check, pointer) => {
  expect(refusalHint(check)).toContain(pointer);
});
