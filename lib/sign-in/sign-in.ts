import type { AuthorizeParams } from '../config/authorize-params';

/** What the browser needs to finish a sign-in. */
export interface CallbackSettings {
  /** Issuer URL of the provider, compared exactly. */
  readonly issuer: string;
  readonly clientId: string;
  /** Our own token endpoint: the provider's never hears from the browser. */
  readonly tokenEndpoint: string;
  readonly redirectUri: string;
}

/** What the browser needs to begin one. */
export interface SignInSettings extends CallbackSettings {
  readonly authorizationEndpoint: string;
  /** Whether the provider promises to name itself in its answer (RFC 9207 §3). */
  readonly requiresIss: boolean;
  /** Scopes that every sign-in asks for, before those of the notes. */
  readonly baseScopes: readonly string[];
  /** Extra parameters of the authorization request. */
  readonly authorizeParams: AuthorizeParams;
}

export interface SignInRequest {
  /** Scope values beyond the base scopes. */
  readonly scopes: readonly string[];
  /** Path to go to afterwards. */
  readonly returnTo: string;
}

/** What a sign-in remembers between leaving for the provider and coming back. */
export interface SignInMemory {
  readonly returnTo: string;
  readonly requiresIss: boolean;
}

export type FailureCode =
  | 'access_denied'
  /** By this app, after the provider had let them through. */
  | 'not_admitted'
  | 'provider_error'
  | 'state_unknown'
  | 'opened_by_hand'
  | 'network'
  | 'issuer_mismatch'
  | 'refused'
  | 'unavailable'
  /** Only somebody who changes a setting can help. */
  | 'misconfigured'
  | 'broken';

/** A sign-in that did not succeed, in words for the person. */
export interface SignInFailure {
  readonly code: FailureCode;
  readonly title: string;
  readonly detail: string;
  /** What to do next. */
  readonly next: string;
  readonly returnTo: string;
}

export type Finish =
  | { readonly outcome: 'done'; readonly returnTo: string }
  | { readonly outcome: 'failed'; readonly failure: SignInFailure };
