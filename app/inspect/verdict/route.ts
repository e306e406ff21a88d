import { isLocal } from '@/lib/access';
import { readBody } from '@/lib/http/body';
import { problem } from '@/lib/http/problem';
import { isCrossSiteWrite } from '@/lib/http/same-origin';
import { compare, type Inspection } from '@/lib/inspect';
import { tooMany } from '@/lib/limits';
import { currentConfig } from '@/lib/server/config';
import { inspectText } from '@/lib/server/inspect';
import { limiters } from '@/lib/server/limits';
import { methods } from '@/lib/server/methods';
import { authenticate } from '@/lib/server/protect';
import { verdictPage } from './verdict-page';

/**
 * Judges what somebody has pasted (`text`, and `other` to compare it with; at most 64 KiB): open on this machine, elsewhere to people who are signed in, as
 * the page is. Answers JSON, or a page to a form that was sent without script. Nothing of it is kept or logged.
 */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: async (request) => {
    const { baseUrl, host: listensOn } = currentConfig();
    const { headers } = request;
    if (isCrossSiteWrite('POST', headers, baseUrl)) return problem('cross_site');
    if (!isLocal({ host: headers.get('host'), baseUrl, listensOn })) {
      const who = await authenticate(headers);
      if (who instanceof Response) return who;
    }
    const use = await limiters()?.inspections(headers);
    if (use && !use.allowed) return tooMany(use);
    const body = await readBody(request, 'application/x-www-form-urlencoded');
    if (body instanceof Response) return body;
    const form = new URLSearchParams(body.text);
    const found = await inspectText(form.get('text') ?? '');
    const compared = await comparedWith(found, form.get('other') ?? '');
    if (/\btext\/html\b/.test(headers.get('accept') ?? '')) {
      return verdictPage(found, compared?.comparison, headers.get('x-nonce') ?? undefined);
    }
    return Response.json({ ...found, compared }, { headers: { 'cache-control': 'no-store' } });
  },
});

async function comparedWith(one: Inspection, text: string) {
  if (text.trim() === '') return undefined;
  const other = await inspectText(text);
  return { other, comparison: compare(one, other) };
}
