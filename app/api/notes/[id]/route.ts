import { problem } from '@/lib/http/problem';
import { expectedVersions, noteAnswer, ownerOf } from '@/lib/notes';
import { methods } from '@/lib/server/methods';
import { noteStore } from '@/lib/server/notes';
import { operation } from '@/lib/server/operation';

const missing = () => problem('not_found', { detail: 'You have no note with this id.' });

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: operation('readNote', async (_request, { token, params }) => {
    const note = await (await noteStore()).find(ownerOf(token), params.id ?? '');
    return note ? noteAnswer(note) : missing();
  }),

  PATCH: operation('changeNote', async (request, { token, params, input }) => {
    const store = await noteStore();
    const result = await store.change(
      ownerOf(token),
      params.id ?? '',
      input,
      expectedVersions(request.headers),
    );
    if (result.outcome === 'changed') return noteAnswer(result.note);
    return result.outcome === 'missing' ? missing() : problem('version_mismatch');
  }),

  DELETE: operation('deleteNote', async (request, { token, params }) => {
    const store = await noteStore();
    const result = await store.remove(ownerOf(token), params.id ?? '', expectedVersions(request.headers));
    if (result === 'removed')
      return new Response(null, { status: 204, headers: { 'cache-control': 'no-store' } });
    return result === 'missing' ? missing() : problem('version_mismatch');
  }),
});
