import { withBasePath } from '@/lib/config/base-path';
import { problem } from '@/lib/http/problem';
import { noteAnswer, notesPerOwner, ownerOf, readPaging } from '@/lib/notes';
import { methods } from '@/lib/server/methods';
import { noteStore } from '@/lib/server/notes';
import { operation } from '@/lib/server/operation';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: operation('listNotes', async (request, { token }) => {
    const paging = readPaging(request.url);
    if (paging instanceof Response) return paging;
    const page = await (await noteStore()).list(ownerOf(token), paging);
    return Response.json(page, { headers: { 'cache-control': 'no-store' } });
  }),

  POST: operation('createNote', async (_request, { token, input }) => {
    const note = await (await noteStore()).create(ownerOf(token), input);
    if (!note) return problem('quota', { detail: `The limit is ${notesPerOwner.toLocaleString('en')}.` });
    return noteAnswer(note, { status: 201, location: withBasePath(`/api/notes/${note.id}`) });
  }),
});
