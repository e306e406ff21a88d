import { lookalikeHint } from '../provider';
import { isRemoteError, type RemoteError } from '../remote';
import { discoveryUrl, includesAlgorithm, type KeySet } from '../token';
import { type Diagnosis, type Finding, fail, ofProvider, pass, skipped, warn } from './diagnosis';
import type { Evidence } from './evidence';
import { explainRemoteError } from './explain-remote-error';

/** Who signs people in. */
export const provider: Diagnosis = {
  name: 'provider',
  title: 'Who signs people in',
  async examine({ config, profile, discovery }) {
    const { embedded, provider: settings } = config;
    if (!embedded) {
      const answer = await discovery();
      const metadata = answer.state === 'known' ? answer.provider.metadata : {};
      const found = `${settings.issuer}, treated as ${profile.preset.title}.`;
      const hint = lookalikeHint(settings, metadata);
      return hint ? warn(found, hint) : pass(found);
    }
    const at = `The embedded provider at ${settings.issuer}`;
    const { state, ...rest } = await discovery();
    if (state === 'known') return pass(`${at}, for development: everybody knows its passwords.`);
    if (state === 'not running') return pass(`${at}. It starts with the app; port ${embedded.port} is free.`);
    const { found = '' } = 'failure' in rest ? rest.failure : {};
    if (found === 'ECONNREFUSED') return fail(`${at} does not run.`, 'Restart the app; its log says why.');
    return fail(
      `${at} cannot be used: something else listens on port ${embedded.port}.`,
      'Set IDP_PORT to a free port, or stop what listens there.',
    );
  },
};

/** OpenID Connect Discovery §4.3: the issuer must be the one that was asked for, to the letter. */
export const discovery: Diagnosis = {
  name: 'discovery',
  title: 'Discovery answers, and the issuer is exact',
  async examine({ config, discovery }) {
    const { issuer } = config.provider;
    const answer = await discovery();
    if (answer.state === 'not running') return skipped('The embedded provider is not running.');
    if (answer.state === 'failed') return discoveryFailed(answer.failure, issuer);
    if (answer.rightIssuer !== undefined) return slash(issuer, answer.rightIssuer);
    if (answer.without) return missed(answer.without);
    const found = `${discoveryUrl(issuer)} names ${issuer}.`;
    return answer.unreadable.length > 0 ? unreadable(found, answer.unreadable) : pass(found);
  },
};

/** Endpoints that are set by hand suffice to sign in, and say nothing of what discovery switches on. */
function missed({ message }: RemoteError): Finding {
  return warn(
    `Every endpoint is set by hand, and discovery could not be had (${message}). Off without it: revocation of refresh tokens, the check of \`iss\` in the provider’s answer (RFC 9207), its list of client authentication methods, UserInfo, and what it says of back-channel logout.`,
    'Nothing where this provider has no discovery under OIDC_ISSUER. If client_secret_basic is not what it wants, set OIDC_CLIENT_AUTH.',
  );
}

function unreadable(found: string, members: readonly string[]): Finding {
  return warn(
    `${found} Some of its members cannot be read and count as absent: ${members.join(', ')}.`,
    'Let the provider mend its metadata: lists are JSON arrays of strings, flags true or false, endpoints https URLs (OpenID Connect Discovery §3).',
  );
}

function slash(configured: string, right: string): Finding {
  const which = right.endsWith('/') ? 'ends in a slash' : 'does not end in a slash';
  return fail(
    `The provider calls itself ${right}, but OIDC_ISSUER is ${configured}: its name ${which}, and every token says so.`,
    `OIDC_ISSUER=${right}`,
  );
}

function discoveryFailed(error: RemoteError, issuer: string): Finding {
  if (error.code !== 'issuer_mismatch') return explainRemoteError(error, 'OIDC_ISSUER');
  const { found = '' } = error;
  if (/\{tenantid\}/i.test(found) || /\/(common|organizations|consumers)\//.test(issuer)) {
    return fail(
      `The provider calls itself ${found}: under ${issuer} no token will ever be accepted, as each names its own tenant.`,
      'OIDC_ISSUER=https://login.microsoftonline.com/{your tenant’s GUID}/v2.0 (App registrations › your app › Overview › Directory (tenant) ID)',
    );
  }
  return fail(`The provider calls itself ${found}, but OIDC_ISSUER is ${issuer}.`, `OIDC_ISSUER=${found}`);
}

/** RFC 7517 §5: keys that cannot be used are left out, and must not be the only ones. */
export const keys: Diagnosis = {
  name: 'keys',
  title: 'Keys can be had, and serve an accepted algorithm',
  examine: ofProvider(async ({ metadata, settings }, { keySet }) => {
    const url = metadata.jwks_uri;
    const set = await keySet(url);
    if (isRemoteError(set)) return explainRemoteError(set, 'OIDC_JWKS_URI');
    return ofKeySet(set, url, settings.algorithms);
  }),
};

function ofKeySet({ keys, ignored }: KeySet, url: string, accepted: readonly string[]): Finding {
  const why = ignored.map(({ kid, reason }) => `${kid ?? 'one without kid'} (${reason})`).join(', ');
  if (keys.length === 0) {
    return fail(
      ignored.length > 0
        ? `${url} has no usable key. Ignored: ${why}.`
        : `${url} has no key at all: the provider may sign with a shared secret (HS256), which no API can verify.`,
      'Let the provider sign with an asymmetric key of its own (RS256, ES256 …); at Authentik: Provider › Protocol settings › Signing Key.',
    );
  }
  const served = [...new Set(keys.flatMap(({ algorithms }) => algorithms))];
  const both = served.filter((algorithm) => includesAlgorithm(accepted, algorithm));
  if (both.length === 0) {
    return fail(
      `Its keys serve ${served.join(', ')}, but OIDC_ALGORITHMS accepts ${accepted.join(', ')} only.`,
      `OIDC_ALGORITHMS=${[...accepted, ...served].join(',')}`,
    );
  }
  const count = keys.length === 1 ? '1 usable key' : `${keys.length} usable keys`;
  const found = `${url} has ${count}, for ${both.join(', ')}.`;
  if (ignored.length === 0) return pass(found);
  return warn(
    `${found} Ignored: ${why}.`,
    'Nothing, unless tokens are signed with an ignored key. Keys for encryption belong here; weak and symmetric ones do not.',
  );
}

/** A difference that nobody needs, in seconds. */
const noticeable = 5;

/** Times in tokens are the provider's, and are judged by this machine's clock. */
export const clock: Diagnosis = {
  name: 'clock',
  title: 'Clocks agree',
  examine: ofProvider(async ({ metadata }, evidence) => {
    // Where discovery is not asked, the key set may say what time it is.
    if (!evidence.seenTime()) await evidence.keySet(metadata.jwks_uri);
    return ofClocks(evidence);
  }),
};

function ofClocks({ seenTime, config }: Evidence): Finding {
  const seen = seenTime();
  if (!seen) return skipped('The provider’s answers bear no Date.');
  // `Date` has whole seconds: the provider's clock stands somewhere in the second that begins there.
  const ahead = seen.ours - seen.theirs;
  const apart = ahead < 0 ? -ahead : Math.max(0, ahead - 1_000);
  const seconds = Math.round(apart / 1_000);
  const { clockTolerance } = config.provider;
  const found = `This machine’s clock is ${seconds} s ${ahead < 0 ? 'behind' : 'ahead of'} the provider’s`;
  const change = 'Synchronise this machine’s clock (timedatectl set-ntp true), or the provider’s.';
  if (apart / 1_000 > clockTolerance) {
    return fail(
      `${found}, and OIDC_CLOCK_TOLERANCE is ${clockTolerance} s: good tokens are refused.`,
      change,
    );
  }
  if (seconds > noticeable) return warn(`${found}; up to ${clockTolerance} s are tolerated.`, change);
  return pass(`They differ by ${seconds <= 1 ? 'no more than a second' : `${seconds} s`}.`);
}

/** RFC 9700 §2.1.1: PKCE, by S256 alone. */
export const pkce: Diagnosis = {
  name: 'pkce',
  title: 'PKCE with S256',
  examine: ofProvider(({ metadata, profile }) => {
    const { code_challenge_methods_supported: methods } = metadata;
    const { title } = profile.preset;
    if (methods?.includes('S256')) return pass('The provider lists S256.');
    if (methods && methods.length > 0) {
      return fail(
        `The provider lists ${methods.join(', ')}, and not S256.`,
        'Switch S256 on at the provider, or use a version of it that knows S256: sign-in needs it.',
      );
    }
    if (profile.kind === 'cognito' || profile.kind === 'entra') {
      return pass(`Not listed, but ${title} supports it without saying so.`);
    }
    return warn(
      'The provider does not say whether it supports PKCE. One that does not ignores it, and a stolen code is worth more.',
      'Look into its documentation for PKCE (RFC 7636).',
    );
  }),
};
