import type { DocumentState } from './cached-document';
import { inSentences } from './trouble';

/** Why no token can be checked for want of keys, for people and for programs. */
export interface KeysTrouble {
  /** Whether asking again may help without anybody changing anything. */
  readonly passes: boolean;
  /** What is wrong, in a few words, without a full stop. */
  readonly title: string;
  /** The same in sentences: what happened, and who has to do what. */
  readonly detail: string;
}

/** What a key set's cache tells of itself. */
export interface KeysState extends Pick<DocumentState, 'failing' | 'lastSuccess' | 'lastTrouble'> {
  readonly keys: readonly unknown[];
  readonly ignored: readonly { readonly kid: string | undefined; readonly reason: string }[];
}

/** A provider that answers with nothing to verify by is another matter than one that does not answer. */
export function keysTrouble({ keys, ignored, failing, lastSuccess, lastTrouble }: KeysState): KeysTrouble {
  if (!failing && lastSuccess !== undefined && keys.length === 0) return noUsableKey(ignored);
  if (!lastTrouble || lastTrouble.passes) {
    return {
      passes: true,
      title: 'The sign-in provider cannot be reached',
      detail: lastTrouble
        ? inSentences(lastTrouble)
        : 'Its keys cannot be loaded. Try again in a moment. For whoever runs this app: /api/health shows the last error.',
    };
  }
  return {
    passes: false,
    title: /no usable key/.test(lastTrouble.message)
      ? noKeyTitle
      : 'The keys of the sign-in provider cannot be used',
    detail: inSentences(lastTrouble),
  };
}

const noKeyTitle = 'The sign-in provider publishes no key that can be used';

function noUsableKey(ignored: KeysState['ignored']): KeysTrouble {
  const why = ignored.slice(0, 5).map(({ kid, reason }) => `${kid ?? 'one without kid'} (${reason})`);
  const found = why.length > 0 ? `Its keys are ignored: ${why.join(', ')}.` : 'Its key set is empty.';
  return {
    passes: false,
    title: noKeyTitle,
    detail: `${found} This does not pass by itself. For whoever runs this app: the provider must sign with an RSA (2048 bits or more), EC or Ed25519 key that it publishes; npm run doctor says more, and OIDC_JWKS_URI names another key set.`,
  };
}

/** The same in the members of a problem answer; nothing where its usual words are right. */
export function problemWords(trouble: KeysTrouble | undefined): {
  title?: string;
  detail?: string;
  hint?: string;
} {
  if (!trouble || trouble.passes) return {};
  return {
    title: `${trouble.title}, so the token could not be checked.`,
    detail: trouble.detail,
    hint: 'Asking again does not help before that is mended. Operators: /api/health shows the last error.',
  };
}
