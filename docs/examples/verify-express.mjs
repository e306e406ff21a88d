// An API whose routes want a token:
//     node docs/examples/verify-express.mjs https://id.example https://api.example
import express from 'express';
import { importTypeScript } from '../../scripts/typescript.mjs';

const { createVerifier } = await importTypeScript('lib/token/index.ts');
const [issuer, audience] = process.argv.slice(2);

const verifier = createVerifier({ issuer, audience });

/** Lets a request through with its token in `response.locals`, or answers as RFC 6750 §3 says. */
async function authenticate(request, response, next) {
  const [, token] = /^Bearer +(\S+)$/i.exec(request.get('Authorization') ?? '') ?? [];
  if (token === undefined) return response.set('WWW-Authenticate', 'Bearer').sendStatus(401);

  const verdict = await verifier.verify(token);
  if (verdict.outcome === 'unavailable')
    return response.set('Retry-After', `${verdict.retryAfter}`).sendStatus(503);
  if (verdict.outcome === 'refused') {
    const why = `error="invalid_token", error_description="${verdict.refusal.because}"`;
    return response.set('WWW-Authenticate', `Bearer ${why}`).sendStatus(401);
  }
  response.locals.token = verdict.token;
  next();
}

const app = express();
app.get('/me', authenticate, (_request, response) => {
  const { subject, scopes } = response.locals.token;
  response.json({ subject, scopes });
});

const server = app.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`));
process.once('SIGTERM', () => {
  server.close();
  verifier.close();
});
