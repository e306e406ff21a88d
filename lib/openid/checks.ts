import { audiencesOf, claimCheck, issuerCheckOf, refused, show } from '../token';

/** Of tokens for the client itself, which only ever name the issuer of the discovery document. */
export const clientIssuerCheck = issuerCheckOf(({ issuer }) => [issuer]);

/** A token for this client itself rather than for an API. Without a client nothing is addressed to it. */
export const clientAudienceCheck = claimCheck({
  name: 'audience',
  rule: 'It is addressed to this client ("aud")',
  source: 'OpenID Connect Core §3.1.3.7',
  judge: (claims, { expectations: { clientId } }) =>
    clientId !== undefined && audiencesOf(claims).includes(clientId)
      ? 'pass'
      : refused('it is not addressed to this client'),
  expected: ({ expectations }) => expectations.clientId ?? 'a client id',
  found: ({ aud }) => show(aud),
});

/** Whether a value can name a session of the provider (OpenID Connect Back-Channel Logout §2.1). */
export function isUsableSid(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7E]{1,255}$/.test(value);
}
