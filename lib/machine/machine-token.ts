import { allActions } from '../access/actions';
import type { ProviderSettings } from '../config';
import {
  type ClientCredentials,
  clientCredentials,
  discover,
  fillInAll,
  knownValues,
  machineGrant,
  metadataByHand,
  type ProviderMetadata,
  type ProviderProfile,
  profileOf,
} from '../provider';

import { explainError } from '../provider/symptoms';

import type { Fetch } from '../remote';
import { asked, missingFrom } from './scopes';

export interface MachineTokenRequest {
  readonly settings: ProviderSettings;
  /** Who asks: a client of its own, for those that sign people in may rarely do this. */
  readonly id: string;
  readonly secret: string;
  /** Actions of the access table, or scope values; empty for all actions. */
  readonly scopes: readonly string[];
  readonly fetch: Fetch;
}

export interface MachineToken {
  readonly token: string;
  /** Seconds until it expires; undefined where the provider does not say. */
  readonly expiresIn: number | undefined;
  /** What was asked for and is not in the token, as far as it can be read: providers leave out what they do not grant. */
  readonly missing: readonly string[];
}

/**
 * Gets an access token for a program, without a person (RFC 6749 §4.4), as this kind of provider wants to be asked.
 * @throws Error with a sentence for people where the provider cannot be asked or refuses; it never holds the secret
 */
export async function requestMachineToken(request: MachineTokenRequest): Promise<MachineToken> {
  const { settings, fetch } = request;
  const profile = profileOf(settings);
  const metadata = await metadataOf(settings, fetch);
  const client = machineClient(request, metadata);
  const answer = await machineGrant(
    { fetch, url: metadata.token_endpoint, client },
    parameters(request, profile),
  );
  if (answer.outcome === 'granted') {
    const { access_token: token, expires_in: expiresIn } = answer.grant;
    return { token, expiresIn, missing: missingFrom(token, request.scopes, profile) };
  }
  if (answer.outcome === 'unavailable') throw new Error(answer.reason);
  const { error, description } = answer;
  const known = explainError(error, description) ?? `The provider refused (${error}).`;
  throw new Error(description ? `${known} It says: ${description}` : known);
}

/** Endpoints that are set by hand suffice; what discovery says of the client's authentication is worth a try. */
async function metadataOf(settings: ProviderSettings, fetch: Fetch): Promise<ProviderMetadata> {
  try {
    return (await discover(fetch, settings)).value;
  } catch (error) {
    const byHand = metadataByHand(settings);
    if (byHand) return byHand;
    throw error;
  }
}

/** Its own id and secret; the key, if there is one, is that of the client that signs people in. */
const machineClient = (
  { id: clientId, secret: clientSecret, settings: { clientAuth } }: MachineTokenRequest,
  metadata: ProviderMetadata,
): ClientCredentials => clientCredentials({ clientId, clientSecret, clientAuth }, metadata);

function parameters(
  { scopes, settings }: MachineTokenRequest,
  profile: ProviderProfile,
): Record<string, string> {
  const { machine } = profile.preset;
  const named = scopes.length > 0 ? scopes : allActions;
  const scope = named.map((name) => asked(name, profile.requestPrefix)).join(' ');
  return fillInAll(machine, { ...knownValues(settings), scope });
}
