import { describe, expect, it, vi } from 'vitest';
import { maxBodyBytes, readBody, readJson } from './body';

type Body = NonNullable<RequestInit['body']>;

function post(body: Body | null, headers: Record<string, string> = {}): Request {
  const init = {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
    duplex: 'half',
  };
  return new Request('http://localhost/', init);
}

/** A body that is sent in chunks, without a length, and tells how much of it was asked for. */
function chunked(chunks: number, bytes: number) {
  let sent = 0;
  const source: UnderlyingDefaultSource<Uint8Array> = {
    pull(controller) {
      if (sent === chunks) return controller.close();
      sent++;
      controller.enqueue(new Uint8Array(bytes).fill(0x20));
    },
  };
  const stream = new ReadableStream(source, { highWaterMark: 0 });
  return { stream, sent: () => sent };
}

async function problemOf(answer: unknown) {
  if (!(answer instanceof Response)) throw new Error('the body was accepted');
  return { status: answer.status, ...(await answer.json()) };
}

describe('a JSON body', () => {
  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON;charset="UTF-8"',
    ' application/json ',
  ])('is read as %s', async (type) => {
    expect(await readJson(post('{"title":"Zürich"}', { 'content-type': type }))).toEqual({
      json: { title: 'Zürich' },
    });
  });

  it.each([
    'text/plain',
    'application/jsonp',
    'text/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=application/json',
    '',
  ])('is not read as "%s"', async (type) => {
    const answer = await readJson(post('{}', { 'content-type': type }));
    expect((answer as Response).headers.get('accept')).toBe('application/json');
    expect(await problemOf(answer)).toMatchObject({
      status: 415,
      code: 'unsupported_media_type',
      detail: 'Expected application/json.',
    });
  });

  it.each(['', '{', '{"a":1}x', "{'a':1}", 'undefined'])('%j is not JSON', async (text) => {
    expect(await problemOf(await readJson(post(text)))).toMatchObject({
      status: 400,
      code: 'malformed_body',
      detail: 'The body is not JSON.',
    });
  });

  it('that is missing altogether is not JSON either', async () => {
    expect(await problemOf(await readJson(post(null)))).toMatchObject({
      status: 400,
      code: 'malformed_body',
    });
  });

  it('that is not UTF-8 says so', async () => {
    const latin1 = new Uint8Array([0x22, 0xfc, 0x22]);
    expect(await problemOf(await readJson(post(latin1)))).toMatchObject({
      status: 400,
      code: 'malformed_body',
      detail: 'The body is not UTF-8.',
    });
  });
});

describe('the size of a body', () => {
  it('may be 64 KiB to the byte', async () => {
    const text = 'x'.repeat(maxBodyBytes);
    expect(await readBody(post(text), 'application/json')).toEqual({ text });
    expect(maxBodyBytes).toBe(65_536);
  });

  it('may not be a byte more, counted in bytes', async () => {
    const text = `${'x'.repeat(maxBodyBytes - 1)}ü`;
    expect(await problemOf(await readBody(post(text), 'application/json'))).toMatchObject({
      status: 413,
      code: 'too_large',
    });
  });

  it('is refused by what it claims, before any of it is read', async () => {
    const { stream, sent } = chunked(1, 10);
    const request = post(stream, { 'content-length': String(maxBodyBytes + 1) });
    expect(await problemOf(await readBody(request, 'application/json'))).toMatchObject({ status: 413 });
    expect(sent()).toBe(0);
  });

  it.each(['5', '0', '-1', 'many'])('is counted where it claims "%s"', async (length) => {
    const request = post('x'.repeat(maxBodyBytes + 1), { 'content-length': length });
    expect(await problemOf(await readBody(request, 'application/json'))).toMatchObject({ status: 413 });
  });

  it('is counted where it comes in chunks, and nobody waits for what is beyond the limit', async () => {
    let sent = 0;
    const cancel = vi.fn();
    const pull = (controller: ReadableStreamDefaultController<Uint8Array>) => {
      if (++sent > 65) return new Promise<void>(() => undefined);
      controller.enqueue(new Uint8Array(1_024).fill(0x20));
    };
    const stream = new ReadableStream({ pull, cancel }, { highWaterMark: 0 });
    expect(await problemOf(await readBody(post(stream), 'application/json'))).toMatchObject({ status: 413 });
    // A body that is cancelled takes its connection along, and with it the answer.
    expect(cancel).not.toHaveBeenCalled();
  });

  it('beyond the limit passes by, for the connection to be of use', async () => {
    const { stream, sent } = chunked(200, 1_024);
    await readBody(post(stream), 'application/json');
    await vi.waitFor(() => expect(sent()).toBe(200));
  });

  it('beyond the limit may break off: the answer has been given', async () => {
    let sent = 0;
    const pull = (controller: ReadableStreamDefaultController<Uint8Array>) => {
      if (++sent > 65) return controller.error(new Error('gone'));
      controller.enqueue(new Uint8Array(1_024));
    };
    const stream = new ReadableStream({ pull }, { highWaterMark: 0 });
    expect(await problemOf(await readBody(post(stream), 'application/json'))).toMatchObject({ status: 413 });
  });

  it('in chunks that stay below the limit is read whole', async () => {
    const { stream } = chunked(60, 1_024);
    expect(await readBody(post(stream), 'application/json')).toEqual({ text: ' '.repeat(61_440) });
  });
});
