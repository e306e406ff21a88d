const steps = [
  { name: 'Browser', does: 'asks the provider for an authorization code, with PKCE, state and nonce.' },
  { name: 'POST /auth/token', does: 'the server redeems the code and verifies both tokens.', code: true },
  {
    name: 'Session',
    does: 'the tokens are sealed and stay on the server; the browser gets one opaque cookie.',
  },
  { name: 'Middleware', does: 'the cookie ends here, and a token about to expire is renewed.' },
  { name: 'Authorization: Bearer', does: 'from here on there is one way to authenticate.', code: true },
  {
    name: 'Verify',
    does: 'signature, issuer, audience, times and kind are checked, again, by whoever answers.',
  },
  { name: 'Scopes', does: 'one table says which action needs which scope.' },
  { name: 'Notes', does: 'belong to issuer and subject, as verified; never to a name from the request.' },
];

/** What happens to a request, in the order in which it happens. */
export function Flow() {
  return (
    <section aria-labelledby="flow" className="space-y-4">
      <h2 id="flow" className="text-xl font-semibold">
        The way of a request
      </h2>
      <ol className="grid gap-3 sm:grid-cols-2 lg:grid-cols-4">
        {steps.map(({ name, does, code }, index) => (
          <li
            key={name}
            className="flex gap-3 rounded-xl border border-line bg-card p-4 lg:flex-col lg:gap-2"
          >
            <span
              aria-hidden="true"
              className="grid size-7 shrink-0 place-items-center rounded-full bg-tint text-sm font-semibold text-accent"
            >
              {index + 1}
            </span>
            <div className="min-w-0 space-y-1">
              <p className="font-semibold">{code ? <code>{name}</code> : name}</p>
              <p className="text-sm text-soft">{does}</p>
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}
