import { expect, it } from 'vitest';
import { embeddedIssuer, personalities } from './personality';

it('gives each personality an issuer of its provider’s form', () => {
  expect(personalities.map((personality) => embeddedIssuer(personality, 4000))).toEqual([
    'http://localhost:4000',
    'http://localhost:4000/eu-central-1_Wonderland',
    'http://localhost:4000/',
    'http://localhost:4000/aaaabbbb-0000-cccc-1111-dddd2222eeee/v2.0',
    'http://localhost:4000/realms/claimcheck',
  ]);
});
