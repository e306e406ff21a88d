import type { FailureCode, SignInFailure } from './sign-in';

const again = 'Start the sign-in again.';

const words: Record<FailureCode, { title: string; detail: string; next: string }> = {
  access_denied: {
    title: 'Sign-in was declined',
    detail: 'The provider says that access was denied: you chose not to go on, or it does not let you.',
    next: 'If you changed your mind, sign in again and allow access.',
  },
  not_admitted: {
    title: 'You cannot use this app',
    detail: 'The provider signed you in, but this app does not let you in.',
    next: 'Ask whoever runs this app, or sign in as somebody else.',
  },
  provider_error: {
    title: 'The provider reported an error',
    detail: 'It did not finish the sign-in.',
    next: `${again} If it happens again, check the settings of this client at the provider.`,
  },
  state_unknown: {
    title: 'This sign-in is not known here',
    detail: 'It was finished already, or begun in another browser or tab, or too long ago.',
    next: again,
  },
  opened_by_hand: {
    title: 'Nothing to finish',
    detail:
      'This address is where the provider sends you back to. It was opened without an answer from the provider.',
    next: again,
  },
  network: {
    title: 'The connection failed',
    detail: 'The answer of this app did not arrive.',
    next: 'Check your connection, then reload this page or sign in again.',
  },
  issuer_mismatch: {
    title: 'The answer came from another provider',
    detail:
      'The provider named in the answer is not the one you set out to sign in with. The answer was not used.',
    next: `${again} Operators: check OIDC_ISSUER.`,
  },
  refused: { title: 'The sign-in was refused', detail: 'Something about it was not right.', next: again },
  unavailable: {
    title: 'Sign-in is not possible just now',
    detail: 'This app could not finish it.',
    next: 'Wait a moment, then sign in again.',
  },
  misconfigured: {
    title: 'Sign-in cannot work as it is set up',
    detail: 'The provider and this app do not agree.',
    next: 'Trying again does not help before whoever runs this app has changed that. In a shell, npm run doctor checks everything that sign-in needs.',
  },
  broken: {
    title: 'This app could not finish the sign-in',
    detail: 'Something went wrong on its side, or between you and it.',
    next: `${again} If it happens again, tell whoever runs this app.`,
  },
};

/** @param detail what is known beyond the code; a sentence */
export function signInFailure(code: FailureCode, returnTo: string, detail?: string): SignInFailure {
  return { code, ...words[code], ...(detail && { detail }), returnTo };
}
