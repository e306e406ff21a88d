import { parFix, parUnsupported, type Symptom, symptomOf } from '../provider/symptoms';
import { tokenTraits } from '../token';
import { isLocal } from './app-diagnoses';
import type { AuthorizationVerdict } from './authorization';
import { type Diagnosis, type Finding, fail, ofProvider, pass, skipped, warn } from './diagnosis';
import { type Evidence, type KnownProvider, requestedScopes } from './evidence';
import { readableByOthers } from './file-mode';
import type { SeenToken } from './last-seen';

type Refused = Extract<AuthorizationVerdict, { verdict: 'refused' }>;

/** What the request was refused for, as far as that is known. */
const aboutOf = (answer: AuthorizationVerdict) =>
  answer.verdict === 'refused' ? answer.symptom?.about : undefined;

const causeOf = ({ symptom, said }: Refused) =>
  symptom ? `The provider refuses: ${symptom.cause} (${said}).` : `The provider refuses: ${said}.`;

/** The console's own words, where it is known whose console it is. */
const placeOf = (kind: string, words: string, symptom?: Symptom) =>
  kind === 'generic' && symptom ? symptom.fix : words;

/** RFC 6749 §3.1.2.3: compared exactly, and the commonest mistake there is. */
export const redirect: Diagnosis = {
  name: 'redirect',
  title: 'The redirect URI is registered',
  examine: ofProvider(async (provider, evidence) => {
    const { redirectUri } = evidence;
    const answer = await evidence.authorization(provider);
    if (answer.verdict === 'accepted') {
      return pass(`${redirectUri} is accepted: a request without a person was answered with ${answer.said}.`);
    }
    if (provider.metadata.require_pushed_authorization_requests) {
      return fail(
        `Discovery says that the provider takes pushed authorization requests (PAR, RFC 9126) only, and ${parUnsupported}.`,
        `Change ${parFix}.`,
      );
    }
    if (answer.verdict === 'refused') return ofRefusal(answer, provider, redirectUri);
    return warn(
      `It could not be told whether ${redirectUri} is accepted: ${answer.said}.`,
      `See that it is registered, to the letter: ${provider.profile.preset.console.redirectUri}.`,
    );
  }),
};

function ofRefusal(answer: Refused, { profile }: KnownProvider, redirectUri: string): Finding {
  const { symptom, atCallback } = answer;
  const about = symptom?.about;
  if (about !== undefined && about !== 'redirect') {
    return atCallback
      ? pass(`${redirectUri} is accepted: the provider sent its refusal there. See “${about}”.`)
      : skipped(`The request is refused before this is looked at; see “${about}”.`);
  }
  if (atCallback) {
    return fail(
      `${redirectUri} is accepted, but the sign-in is not. ${causeOf(answer)}`,
      symptom ? `${symptom.fix}.` : 'See what the provider says; its own log may say more.',
    );
  }
  const { kind, preset } = profile;
  if (symptom && about === undefined) return fail(causeOf(answer), `${symptom.fix}.`);
  return fail(
    `${causeOf(answer)} The redirect URI is ${redirectUri}.`,
    `Register ${redirectUri}: ${placeOf(kind, preset.console.redirectUri, symptom)}.${
      about ? '' : ' Or OIDC_CLIENT_ID is wrong.'
    }`,
  );
}

/** Scopes are asked for as OIDC_SCOPE_PREFIX + `note:read`. */
export const scopes: Diagnosis = {
  name: 'scopes',
  title: 'The scopes are known to the provider',
  examine: ofProvider(async (provider, { authorization }) => {
    const { kind, preset } = provider.profile;
    const asked = requestedScopes(provider);
    const answer = await authorization(provider);
    if (answer.verdict === 'refused' && aboutOf(answer) === 'scopes') {
      return fail(
        `${causeOf(answer)} Asked for: ${asked.join(' ')}.`,
        `${placeOf(kind, preset.console.scopes, answer.symptom)}; what stands before note:read is OIDC_SCOPE_PREFIX, and what is asked for besides is OIDC_SCOPE.`,
      );
    }
    if (answer.verdict === 'accepted') return pass(`Not refused: ${asked.join(' ')}.`);
    const listed = provider.metadata.scopes_supported ?? [];
    const unlisted = asked.filter((scope) => !listed.includes(scope));
    if (unlisted.length === 0) return pass(`All are listed by discovery: ${asked.join(' ')}.`);
    if (answer.verdict === 'refused') return skipped('The request is refused for another reason.');
    return warn(
      `It could not be told. Not listed by discovery (APIs’ scopes seldom are): ${unlisted.join(' ')}.`,
      `See that they exist: ${preset.console.scopes}.`,
    );
  }),
};

function said({ audience, issuer, kind }: SeenToken): string {
  const aud = audience === undefined ? 'had no aud' : `said aud ${audience}`;
  return `The last access token here ${aud}${issuer === undefined ? '' : `, iss ${issuer}`} (${kind}).`;
}

/**
 * Access tokens that look like ID tokens are refused (RFC 8725 §3.12), until somebody says by what they are told apart.
 * Authentik's do; its issuers have this path.
 */
function ofLikeness({ config, seenToken }: Evidence): Finding | undefined {
  const { accessTokenClaim, issuer } = config.provider;
  const isSeen = seenToken()?.looksLikeIdToken === true;
  const isExpected = /\/application\/o\/[^/]+\/$/.test(issuer);
  if (accessTokenClaim !== undefined || !(isSeen || isExpected)) return undefined;
  return warn(
    isSeen
      ? 'The last access token here looked like an ID token (it had a nonce or a hash), and such are refused.'
      : 'This looks like Authentik, whose access tokens look like ID tokens (they have a nonce), and such are refused.',
    'Set OIDC_ACCESS_TOKEN_CLAIM to a claim that no ID token of this provider has (at Authentik uid), or have the provider leave nonce out: docs/providers/other.md.',
  );
}

/** RFC 9068 §4: a token that names nobody, or somebody else, is refused by this API. */
export const audience: Diagnosis = {
  name: 'audience',
  title: 'Access tokens will name this API',
  // The settings alone say most of it, with or without a provider.
  async examine(evidence) {
    const discovery = await evidence.discovery();
    const known = discovery.state === 'known' ? discovery.provider : undefined;
    const { kind, preset, audiences, clients, needsAudience } = (known ?? evidence).profile;
    const { audiences: named, clientId } = evidence.config.provider;
    const answer = known && (await evidence.authorization(known));
    if (answer?.verdict === 'refused' && aboutOf(answer) === 'audience') {
      return fail(causeOf(answer), `OIDC_AUDIENCE, to the letter: ${preset.console.audience}.`);
    }
    if (kind === 'auth0' && named.length === 0) {
      return fail(
        'OIDC_AUDIENCE is not set: Auth0 then encrypts access tokens for itself, and nobody else can verify them.',
        `Set OIDC_AUDIENCE to ${preset.console.audience}.`,
      );
    }
    const likeness = ofLikeness(evidence);
    if (likeness) return likeness;
    if (kind === 'generic' && named.length === 0) {
      const seen = evidence.seenToken();
      return warn(
        `OIDC_AUDIENCE is not set, so ${tokenTraits[kind].boundBy} of access tokens must be the client id, ${clientId}.${seen ? ` ${said(seen)}` : ''}`,
        `Where the provider names your API instead, set OIDC_AUDIENCE to ${preset.console.audience}.`,
      );
    }
    const client = clients && `client_id must be ${clients.join(' or ')}`;
    const audience = needsAudience ? `aud must be ${audiences?.join(' or ')}` : undefined;
    return pass(`In access tokens ${[client, audience].filter(Boolean).join(', and ')}.`);
  },
};

/** RFC 6749 §2.3 and §5.2: a client is authenticated before its code is looked at. */
export const client: Diagnosis = {
  name: 'client',
  title: 'The client is known, and proves who it is',
  examine: ofProvider(async (provider, evidence) => {
    const authorization = await evidence.authorization(provider);
    if (authorization.verdict === 'refused' && aboutOf(authorization) === 'client') {
      return fail(causeOf(authorization), `${authorization.symptom?.fix}.`);
    }
    const answer = await evidence.madeUpCode(provider);
    if (answer.outcome === 'granted') {
      return warn(
        'The provider gives tokens for a code that nobody issued.',
        'Use this provider for tests only.',
      );
    }
    if (answer.outcome === 'unavailable') {
      return warn(`It could not be told: ${answer.reason}.`, 'See that the token endpoint can be reached.');
    }
    return ofTokenError(answer, provider, isLocal(evidence.config.baseUrl));
  }),
};

/** RFC 10017 on backends for browser-based applications: one that holds tokens must be a confidential client. */
const whyConfidential =
  'With a public client a script injected into a page could run a silent sign-in of its own and redeem its code at the provider, past this server.';

function accepted({ settings, profile }: KnownProvider, local: boolean): Finding {
  const { clientKey, clientSecret } = settings;
  const made = 'a made-up code was refused as such (invalid_grant)';
  if (clientKey && readableByOthers(clientKey.file)) {
    return warn(
      `Accepted with its private key: ${made}. But everybody on this machine can read that key.`,
      `chmod 600 ${clientKey.file}`,
    );
  }
  if (clientKey) return pass(`Accepted with its private key: ${made}.`);
  if (clientSecret !== undefined) return pass(`Accepted with its secret: ${made}.`);
  if (local) return pass(`Accepted without a secret, which will do for trying out: ${made}.`);
  return warn(
    `Accepted without a secret: ${made}. ${whyConfidential}`,
    `OIDC_CLIENT_SECRET or OIDC_CLIENT_KEY: make the client a confidential one: ${profile.preset.console.secret}.`,
  );
}

function ofTokenError(
  { error, description }: { error: string; description: string | undefined },
  provider: KnownProvider,
  local: boolean,
): Finding {
  const { settings, profile } = provider;
  const said = description ? `${error}: ${description}` : error;
  const symptom = symptomOf(error, description);
  if (symptom) return fail(`The provider refuses: ${symptom.cause} (${said}).`, `${symptom.fix}.`);
  if (error === 'invalid_grant') return accepted(provider, local);
  // Auth0 answers a wrong secret with `access_denied`, Unauthorized.
  const wrongSecret = error === 'access_denied' && profile.kind === 'auth0';
  if (error !== 'invalid_client' && error !== 'unauthorized_client' && !wrongSecret) {
    return warn(`It could not be told: a made-up code was answered with ${said}.`, 'Try to sign in.');
  }
  return notAccepted(settings, said, profile);
}

function notAccepted(
  { clientKey, clientSecret }: KnownProvider['settings'],
  said: string,
  { kind, preset }: KnownProvider['profile'],
): Finding {
  const place = preset.console.secret;
  if (clientKey && kind === 'entra' && clientKey.certificate === undefined) {
    return fail(
      `The provider does not accept this client with this private key (${said}): Entra ID knows a key by its certificate alone.`,
      `OIDC_CLIENT_KEY: put the CERTIFICATE that was uploaded (${place}) into the same file.`,
    );
  }
  if (clientKey) {
    return fail(
      `The provider does not accept this client with this private key (${said}).`,
      `OIDC_CLIENT_KEY: see that its public key, or its certificate, is registered and has not expired: ${place}. And that the clock of this machine is right.`,
    );
  }
  return clientSecret !== undefined
    ? fail(
        `The provider does not accept this client with this secret (${said}).`,
        `OIDC_CLIENT_SECRET (wrong, expired, or of another client): ${place}. Or it wants the secret another way: OIDC_CLIENT_AUTH.`,
      )
    : fail(
        `The provider does not accept this client without a secret (${said}).`,
        `OIDC_CLIENT_SECRET: ${place}. Or register the app as a public client. Or OIDC_CLIENT_ID is wrong.`,
      );
}
