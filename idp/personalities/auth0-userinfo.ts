import { compactDecrypt } from 'jose';
import { people } from '../people';
import { auth0Profile, auth0Subject } from './auth0-tokens';
import type { Signer } from './token-facts';

/** What an access token says that opens `/userinfo`. */
interface Opens {
  sub?: string;
  scope?: string;
  aud?: string | string[];
  exp?: number;
}

/**
 * Opens for the encrypted access token, and for the API's where `aud` names this endpoint beside the API
 * (https://auth0.com/docs/secure/tokens/access-tokens/get-access-tokens).
 */
export async function auth0Userinfo(issuer: string, token: string, signer: Signer) {
  const { sub, scope = '' } = await contentOf(issuer, token, signer);
  const person = people.find((candidate) => auth0Subject(candidate) === sub);
  return person && auth0Profile(person, scope.split(' '));
}

async function contentOf(issuer: string, token: string, signer: Signer): Promise<Opens> {
  if (token.split('.').length === 5) {
    const { plaintext } = await compactDecrypt(token, signer.secret);
    const content: Opens = JSON.parse(new TextDecoder().decode(plaintext));
    return Number(content.exp) * 1000 > Date.now() ? content : {};
  }
  const content: Opens = await signer.read(0, token, issuer);
  return content.aud?.includes(`${issuer}userinfo`) ? content : {};
}
