import { problem } from '@/lib/http/problem';
import { expectedVersions, noteAnswer, ownerOf, readFields } from '@/lib/notes';
import { noteChangeSchema } from '@/lib/notes/note';
import { methods } from '@/lib/server/methods';
import { noteStore } from '@/lib/server/notes';
import { protect } from '@/lib/server/protect';

const missing = () => problem('not_found', { detail: 'You have no note with this id.' });

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: protect('note:read', async (_request, { token, params }) => {
    const note = await (await noteStore()).find(ownerOf(token), params.id ?? '');
    return note ? noteAnswer(note) : missing();
  }),

  PATCH: protect('note:update', async (request, { token, params }) => {
    const fields = await readFields(request, noteChangeSchema);
    if (fields instanceof Response) return fields;
    const store = await noteStore();
    const result = await store.change(
      ownerOf(token),
      params.id ?? '',
      fields.value,
      expectedVersions(request.headers),
    );
    if (result.outcome === 'changed') return noteAnswer(result.note);
    return result.outcome === 'missing' ? missing() : problem('version_mismatch');
  }),

  DELETE: protect('note:delete', async (request, { token, params }) => {
    const store = await noteStore();
    const result = await store.remove(ownerOf(token), params.id ?? '', expectedVersions(request.headers));
    if (result === 'removed')
      return new Response(null, { status: 204, headers: { 'cache-control': 'no-store' } });
    return result === 'missing' ? missing() : problem('version_mismatch');
  }),
});
