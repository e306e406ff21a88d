import { withBasePath } from '@/lib/config/base-path';
import { problem } from '@/lib/http/problem';
import { noteAnswer, notesPerOwner, ownerOf, readFields, readPaging } from '@/lib/notes';
import { newNoteSchema } from '@/lib/notes/note';

import { methods } from '@/lib/server/methods';
import { noteStore } from '@/lib/server/notes';
import { protect } from '@/lib/server/protect';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: protect('note:read', async (request, { token }) => {
    const paging = readPaging(request.url);
    if (paging instanceof Response) return paging;
    const page = await (await noteStore()).list(ownerOf(token), paging);
    return Response.json(page, { headers: { 'cache-control': 'no-store' } });
  }),

  POST: protect('note:create', async (request, { token }) => {
    const fields = await readFields(request, newNoteSchema);
    if (fields instanceof Response) return fields;
    const note = await (await noteStore()).create(ownerOf(token), fields.value);
    if (!note) return problem('quota', { detail: `The limit is ${notesPerOwner.toLocaleString('en')}.` });
    return noteAnswer(note, { status: 201, location: withBasePath(`/api/notes/${note.id}`) });
  }),
});
