/** Claims as standards and well-known providers use them, each in a sentence. To explain another, add a row. */
export const claimMeanings: Readonly<Record<string, string>> = {
  // RFC 7519 §4.1, RFC 9068 §2.2
  iss: 'Issuer: who made this token and vouches for it.',
  sub: 'Subject: whom it is about. Stable and unique within its issuer, and the only safe name for a person.',
  aud: 'Audience: the API it is meant for. Any other API must refuse it.',
  exp: 'Expiry: not to be accepted from this moment on.',
  iat: 'Issued at: when it was made.',
  nbf: 'Not before: not to be accepted earlier than this.',
  jti: 'Token id: a unique name for this one token.',
  client_id: 'Client: the application that asked for it.',
  scope: 'Scopes: what the client may do, as names separated by spaces.',
  // OpenID Connect Core §2
  azp: 'Authorized party: the client it was issued to.',
  auth_time: 'When the person last proved who they are.',
  acr: 'How strongly the person was authenticated, by a name the provider defines.',
  amr: 'How the person was authenticated, for example with a password (pwd) or a one-time code (otp).',
  nonce: 'Ties an ID token to the sign-in that asked for it.',
  at_hash: 'Ties an ID token to the access token that came with it.',
  sid: 'Session: the sign-in at the provider that it belongs to.',
  act: 'Actor: who is acting for the subject (RFC 8693).',
  cnf: 'Confirmation: the key whose holder alone may use it (RFC 7800). Refused here, where nobody asks for proof.',
  // OpenID Connect Core §5.1
  name: 'The full name of the person, for display.',
  given_name: 'The given name of the person.',
  family_name: 'The family name of the person.',
  nickname: 'What the person likes to be called.',
  preferred_username: 'How the person wishes to be called. It can change and be reused: no key for anything.',
  email: 'The email address of the person. It can change hands: no key for anything.',
  email_verified: 'Whether the provider made sure that the email address is theirs.',
  phone_number: 'The phone number of the person.',
  picture: 'Address of a picture of the person.',
  locale: "The person's language and region.",
  updated_at: "When the person's details last changed.",
  // RFC 9068 §2.2.3.1
  roles: 'Roles of the person or the program. They count here only at Entra ID, in tokens without scopes.',
  groups: 'Groups the person is a member of.',
  entitlements: 'What the person is entitled to.',
  // Cognito
  token_use: 'Cognito: whether this is an access or an ID token.',
  username: 'Cognito: the user name in the user pool.',
  version: 'Cognito: version of the token format.',
  origin_jti: 'Cognito: the sign-in that this token and its refresh token come from.',
  event_id: 'Cognito: the sign-in event, for its logs.',
  device_key: 'Cognito: the remembered device.',
  'cognito:groups': 'Cognito: groups of the person in the user pool.',
  'cognito:username': 'Cognito: the user name in the user pool.',
  // Auth0
  permissions:
    'Auth0: what the roles of the person allow at this API. They grant nothing here: what counts is what was asked for, the scope.',
  gty: 'Auth0: the grant type it was obtained with.',
  org_id: 'Auth0: the organization the person signed in to.',
  // Okta
  uid: 'Okta: the user. It stays the same when the login name (sub) changes; notes belong to it.',
  cid: 'Okta: the client it was issued to.',
  // Entra ID
  scp: 'Scopes the client was granted, as names separated by spaces or a list (Entra ID, Okta, AD FS).',
  tid: 'Entra ID: the tenant, that is the directory, of the person.',
  oid: 'Entra ID: the person as an object of that directory; the same in every application.',
  appid: 'Entra ID: the client that asked for it (version 1.0 tokens).',
  appidacr:
    'Entra ID: how the client proved itself (version 1.0 tokens): 0 not at all, 1 secret, 2 certificate.',
  azpacr: 'Entra ID: how the client proved itself: 0 not at all, 1 secret, 2 certificate.',
  idp: 'Entra ID: the provider that authenticated the person, where it is another one.',
  upn: 'Entra ID: user principal name. It can change: no key for anything.',
  unique_name: 'Entra ID: a name for display (version 1.0 tokens). Not unique in spite of its name.',
  ver: 'Entra ID: version of the token format.',
  wids: 'Entra ID: directory roles of the person.',
  aio: 'Entra ID: for its own use.',
  rh: 'Entra ID: for its own use.',
  uti: 'Entra ID: a unique name for this one token.',
};

/** Members of the header (RFC 7515 §4.1). */
export const headerMeanings: Readonly<Record<string, string>> = {
  alg: 'Algorithm of the signature. Accepted only if it is on the allow-list.',
  kid: "Which of the provider's published keys made the signature.",
  typ: 'Kind of token: at+jwt is an access token by RFC 9068; many providers say JWT.',
  cty: 'Kind of content inside.',
  x5t: 'Fingerprint of a certificate. Not used: the key is found by its kid.',
  'x5t#S256': 'Fingerprint of a certificate. Not used: the key is found by its kid.',
  jku: 'Where the token says its keys are. Never followed: a token cannot vouch for itself.',
  x5u: 'Where the token says its certificate is. Never followed: a token cannot vouch for itself.',
  jwk: 'A key inside the token. Never used: a token cannot vouch for itself.',
  x5c: 'A certificate inside the token. Never used: a token cannot vouch for itself.',
};

const times = new Set(['exp', 'iat', 'nbf', 'auth_time', 'updated_at']);

/** Whether a claim is a moment, in seconds since the epoch (RFC 7519 §2, NumericDate). */
export function isMoment(name: string, value: unknown): value is number {
  return times.has(name) && typeof value === 'number' && Number.isFinite(new Date(value * 1000).getTime());
}
