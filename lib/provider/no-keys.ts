import type { DocumentState, RemoteError } from '../remote';
import type { Unavailable, Verdict } from '../token';

/** Why no token can be checked for want of keys, for people and for programs. */
export interface NoKeys {
  /** Whether asking again may help without anybody changing anything. */
  readonly passes: boolean;
  /** What is wrong, in a few words, without a full stop. */
  readonly title: string;
  /** The same in sentences: what happened, and who has to do what. */
  readonly detail: string;
}

/** A verdict which, where there can be none for want of keys, has words for why. */
export type WordedVerdict<T> =
  | Exclude<Verdict<T>, Unavailable>
  | (Unavailable & { readonly why?: NoKeys | undefined });

/** What a key set's cache tells of itself. */
export interface KeysState extends Pick<DocumentState, 'failing' | 'lastSuccess' | 'lastError'> {
  readonly keys: readonly unknown[];
  readonly ignored: readonly { readonly kid: string | undefined; readonly reason: string }[];
}

/** A provider that answers with nothing to verify by is another matter than one that does not answer. */
export function whyNoKeys({ keys, ignored, failing, lastSuccess, lastError }: KeysState): NoKeys {
  if (!failing && lastSuccess !== undefined && keys.length === 0) return noUsableKey(ignored);
  if (!lastError || lastError.passes) {
    return {
      passes: true,
      title: 'The sign-in provider cannot be reached',
      detail: lastError
        ? inSentences(lastError)
        : 'Its keys cannot be loaded. Try again in a moment. For whoever runs this app: /api/health shows the last error.',
    };
  }
  return {
    passes: false,
    title: /no usable key/.test(lastError.message)
      ? noKeyTitle
      : 'The keys of the sign-in provider cannot be used',
    detail: inSentences(lastError),
  };
}

/** An error in sentences for a person, and for whoever has to act. */
function inSentences({ passes, message, hint }: RemoteError): string {
  const advice = passes ? 'Try again in a moment.' : 'This does not pass by itself.';
  return `${message.replace(/\.$/, '')}. ${advice} For whoever runs this app: ${hint}.`;
}

const noKeyTitle = 'The sign-in provider publishes no key that can be used';

function noUsableKey(ignored: KeysState['ignored']): NoKeys {
  const why = ignored.slice(0, 5).map(({ kid, reason }) => `${kid ?? 'one without kid'} (${reason})`);
  const found = why.length > 0 ? `Its keys are ignored: ${why.join(', ')}.` : 'Its key set is empty.';
  return {
    passes: false,
    title: noKeyTitle,
    detail: `${found} This does not pass by itself. For whoever runs this app: the provider must sign with an RSA (2048 bits or more), EC or Ed25519 key that it publishes; npm run doctor says more, and OIDC_JWKS_URI names another key set.`,
  };
}

/** The same in the members of a problem answer; nothing where its usual words are right. */
export function problemWords(why: NoKeys | undefined): {
  title?: string;
  detail?: string;
  hint?: string;
} {
  if (!why || why.passes) return {};
  return {
    title: `${why.title}, so the token could not be checked.`,
    detail: why.detail,
    hint: 'Asking again does not help before that is mended. Operators: /api/health shows the last error.',
  };
}
