import type { JsonObject } from '../token';

/** What a person is called, where these claims say so (OpenID Connect Core §5.1). */
export function calledIn(claims: JsonObject): string | undefined {
  const parts = [claims.given_name, claims.family_name].filter(isSaid);
  const candidates = [
    ...[claims.name, parts.join(' '), claims.preferred_username],
    ...[claims.nickname, claims.email],
  ];
  return candidates.find(isSaid);
}

/** More of a name is shown nowhere, and every request of the session would carry it. Characters. */
const longest = 400;

/** What a person is called; where nothing says so, their subject. */
export function nameOf(claims: JsonObject): string {
  return (calledIn(claims) ?? (isSaid(claims.sub) ? claims.sub : '')).slice(0, longest);
}

const isSaid = (value: unknown): value is string => typeof value === 'string' && !isNothing(value);

/** What a token says of itself and of the sign-in. An answer that nobody has signed adds nothing to it. */
const ofTheToken = [
  ...['iss', 'sub', 'aud', 'exp', 'iat', 'nbf', 'jti', 'azp', 'nonce', 'sid'],
  ...['auth_time', 'acr', 'amr', 'at_hash', 'c_hash', 's_hash'],
];

/** A claim, and the one that says whether it was verified: of two sources they would speak of different values. */
const pairs = [
  ['email', 'email_verified'],
  ['phone_number', 'phone_number_verified'],
] as const;

/** The claims of an ID token, completed by those of the UserInfo endpoint: where both say something, the token counts. */
export function mergeClaims(idToken: JsonObject, userinfo: JsonObject): JsonObject {
  const told = (claims: JsonObject) => Object.entries(claims).filter(([, value]) => !isNothing(value));
  const added = told(userinfo).filter(([name]) => !ofTheToken.includes(name));
  const merged = new Map([...added, ...told(idToken)]);
  for (const [claim, verified] of pairs) {
    const source = isNothing(idToken[claim]) ? userinfo : idToken;
    if (isNothing(source[verified])) merged.delete(verified);
    else merged.set(verified, source[verified]);
  }
  return Object.fromEntries(merged);
}

/** Some providers write `null` or an empty text for a claim that they have no value of. */
const isNothing = (value: unknown) =>
  value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
