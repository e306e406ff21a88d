import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAuthorization } from './authorization';
import { joinRepeatedAuthorization } from './repeated-authorization';

let port = 0;
const server = createServer((incoming, response) => {
  joinRepeatedAuthorization(incoming);
  response.end(JSON.stringify(incoming.headers.authorization ?? null));
});
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => server.close());

/** What the server sees of these headers, sent in order as they are. */
function seen(headers: string[]): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, headers: ['Host', 'localhost', ...headers] },
      (answer) => {
        let text = '';
        answer.on('data', (chunk) => {
          text += chunk;
        });
        answer.on('end', () => resolve(JSON.parse(text)));
      },
    );
    outgoing.on('error', reject);
    outgoing.end();
  });
}

describe('repeated Authorization headers', () => {
  it('are joined, so that they are seen and refused', async () => {
    const value = await seen([
      'Authorization',
      'Bearer a',
      'authorization',
      'Bearer b',
      'X-Other',
      'Bearer c',
    ]);
    expect(value).toBe('Bearer a, Bearer b');
    expect(readAuthorization(value)).toMatchObject({ kind: 'invalid' });
  });

  it('are refused where one of them is empty, too', async () => {
    expect(readAuthorization(await seen(['Authorization', 'Bearer a', 'Authorization', '']))).toMatchObject({
      kind: 'invalid',
    });
  });

  it('a single one stays as it is, and none stays none', async () => {
    expect(await seen(['Authorization', 'Bearer a'])).toBe('Bearer a');
    expect(await seen(['X-Value', 'authorization'])).toBeNull();
  });
});
