import { isTime, type JsonObject, scopesOf } from '../token';
import { duration, quoted } from './words';

/** What people stumble over in a token's claims, in a sentence. */
export interface ExplainedClaim {
  /** The claims that it is about. */
  readonly names: readonly string[];
  readonly sentence: string;
}

interface Facts {
  readonly claims: JsonObject;
  /** Seconds since the epoch. */
  readonly now: number;
}

type Explain = (facts: Facts) => string | undefined;

/**
 * Says what claims mean that are easily misread. Text of the token is quoted and cut; a claim of another type than
 * the one that its standard gives it is left alone. Never throws.
 * @param now seconds since the epoch
 */
export function explainClaims(claims: JsonObject, now: number): ExplainedClaim[] {
  return rules.flatMap(([names, explain]) => {
    const sentence = explain({ claims, now });
    const present = names.filter((name) => Object.hasOwn(claims, name));
    return sentence === undefined || present.length === 0 ? [] : [{ names: present, sentence }];
  });
}

/** Authentication methods (RFC 8176 §2) in the words of people. */
const methods: Readonly<Record<string, string>> = {
  pwd: 'a password',
  otp: 'a one-time code',
  mfa: 'more than one factor',
  hwk: 'a key in hardware',
  swk: 'a key in software',
  pop: 'proof of a key',
  sms: 'a message to a phone',
  tel: 'a telephone call',
  fpt: 'a fingerprint',
  face: 'a face',
  iris: 'an iris',
  vbm: 'a voice',
  pin: 'a PIN',
  kba: 'answers to questions',
  sc: 'a smart card',
  wia: 'Windows authentication',
  mca: 'more than one channel',
  user: 'a test that somebody is there',
  geo: 'a place',
  rba: 'an estimate of the risk',
  fed: 'another provider',
  rsa: 'an RSA key or the Authenticator app',
};

/** Authentication contexts that have a meaning beyond one provider. */
const contexts: Readonly<Record<string, string>> = {
  '0': 'Below every level (OpenID Connect Core §2): nobody proved anything just then',
  phr: 'Phishing-resistant (OpenID EAP)',
  phrh: 'Phishing-resistant, with a key in hardware (OpenID EAP)',
  'http://schemas.openid.net/pape/policies/2007/06/multi-factor': 'More than one factor',
};

const rules: readonly (readonly [names: readonly string[], explain: Explain])[] = [
  [
    ['auth_time'],
    ({ claims: { auth_time: at }, now }) =>
      isTime(at) && at <= now ? `The person last proved who they are ${duration(now - at)} ago.` : undefined,
  ],
  [
    ['amr'],
    ({ claims: { amr } }) =>
      isTexts(amr) ? `The sign-in was with ${listed(amr.map(methodOf))}.` : undefined,
  ],
  [['acr'], ({ claims: { acr } }) => (typeof acr === 'string' ? strengthOf(acr) : undefined)],
  [['act'], ({ claims: { act } }) => actorsOf(act)],
  [['cnf'], ({ claims: { cnf } }) => bindingOf(cnf)],
  [['azp', 'client_id', 'cid', 'appid', 'sub', 'idtyp', 'gty'], clientOf],
  [['_claim_names', 'hasgroups'], missingGroups],
  [['cognito:groups'], ({ claims }) => groupsOf(claims['cognito:groups'])],
  [['permissions', 'scope'], permissionsOf],
  [['roles'], rolesOf],
  [['scp'], scpOf],
  [['ver'], versionOf],
];

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string');

/** @param most of them are named */
function listed(all: readonly string[], most = 5): string {
  const named = all.slice(0, most);
  if (all.length > most) return `${named.join(', ')} and ${all.length - most} more`;
  return named.length > 1 ? `${named.slice(0, -1).join(', ')} and ${named.at(-1)}` : named.join('');
}

const quotedList = (all: readonly string[]) => listed(all.map(quoted));

const methodOf = (name: string) =>
  Object.hasOwn(methods, name) ? `${methods[name]} (${name})` : quoted(name);

function strengthOf(acr: string): string {
  if (Object.hasOwn(contexts, acr)) return `${contexts[acr]}: that is what “acr” ${quoted(acr)} stands for.`;
  return `How strong the sign-in was goes by ${quoted(acr)}, a name that the provider defines.`;
}

/** The chain of actors, the current one first (RFC 8693 §4.1). */
function actorsOf(act: unknown): string | undefined {
  const chain: string[] = [];
  for (let at = act; isObject(at) && chain.length < 5; at = at.act) {
    if (typeof at.sub !== 'string') break;
    chain.push(quoted(at.sub));
  }
  const [first, ...before] = chain;
  if (first === undefined) return undefined;
  const earlier = before.length > 0 ? `, and before it ${listed(before)}` : '';
  return `${first} acts for the subject${earlier}. Here whatever it does counts as the subject’s.`;
}

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null;

function bindingOf(cnf: unknown): string | undefined {
  if (!isObject(cnf)) return undefined;
  const how =
    'jkt' in cnf ? 'by DPoP (RFC 9449)' : 'x5t#S256' in cnf ? 'by mutual TLS (RFC 8705)' : 'with a key';
  return `It is bound: whoever sends it has to prove ${how} that they are its holder. This API asks for no proof, so it takes no such token.`;
}

const clientIn = ({ azp, client_id, cid, appid }: JsonObject) =>
  [azp, client_id, cid, appid].find((one): one is string => typeof one === 'string');

function clientOf({ claims }: Facts): string | undefined {
  const { sub, idtyp, gty } = claims;
  const client = clientIn(claims);
  const isMachine =
    idtyp === 'app' ||
    gty === 'client-credentials' ||
    (client !== undefined && (sub === client || sub === `${client}@clients`));
  const who = client === undefined ? '' : ` ${quoted(client)}`;
  if (isMachine) return `There is no person in it: the client${who} got it for itself (client credentials).`;
  return client === undefined
    ? undefined
    : `The client${who} asked for it. That is who may use it, not whom it is for.`;
}

/** Entra ID leaves groups out where there are too many (`_claim_names`; `hasgroups` in the implicit flow). */
function missingGroups({ claims }: Facts): string | undefined {
  const { _claim_names: names, hasgroups } = claims;
  const isLeftOut = (isObject(names) && 'groups' in names) || hasgroups === true || hasgroups === 'true';
  if (!isLeftOut) return undefined;
  return 'The groups of the person are not in this token: there are more than it may hold (200 at Entra ID), so it only says that Microsoft Graph knows them. Let App registrations › Token configuration put only groups assigned to the application into it.';
}

const groupsOf = (groups: unknown) =>
  isTexts(groups)
    ? `Groups of the user pool: ${quotedList(groups)}. Here they permit nothing: scopes do.`
    : undefined;

/** Auth0 with role-based access control lists what roles allow beside what was asked for. */
function permissionsOf({ claims }: Facts): string | undefined {
  const { permissions } = claims;
  if (!Array.isArray(permissions)) return undefined;
  if (permissions.length === 0)
    return 'The roles of the person allow nothing at this API (“permissions” is empty).';
  if (!isTexts(permissions)) return undefined;
  const scopes = scopesOf(claims, ['scope']);
  const unasked = permissions.filter((one) => !scopes.includes(one));
  const what =
    'What counts here is “scope”, what the client asked for and was granted, not “permissions”, what roles allow';
  return unasked.length === 0
    ? `${what}. Both agree.`
    : `${what}; the latter alone has ${quotedList(unasked)}.`;
}

function rolesOf({ claims }: Facts): string | undefined {
  const { roles, scp, scope } = claims;
  if (!isTexts(roles)) return undefined;
  const isAlone = scp === undefined && scope === undefined;
  return isAlone
    ? `Roles ${quotedList(roles)}, and no scopes: at Entra ID that is a token of a program, and its roles count as scopes.`
    : `Roles ${quotedList(roles)} permit nothing here, where there are scopes.`;
}

function scpOf({ claims }: Facts): string | undefined {
  const scopes = scopesOf(claims, ['scp']);
  if (scopes.length === 0) return undefined;
  return 'Its scopes are in “scp” (Entra ID, Okta, AD FS). At Entra ID they stand there without the api://… that a request has in front of them.';
}

function versionOf({ claims: { ver, iss } }: Facts): string | undefined {
  if (ver !== '1.0' || typeof iss !== 'string' || !iss.includes('sts.windows.net')) return undefined;
  return 'It is a token of version 1.0: other issuer, other names of claims. For version 2.0 set requestedAccessTokenVersion to 2 in the manifest of the API’s registration.';
}
