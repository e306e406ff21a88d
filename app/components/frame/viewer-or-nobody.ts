import 'server-only';
import { unstable_rethrow } from 'next/navigation';
import type { Viewer } from '@/lib/access';
import { viewer } from '@/lib/server/viewer';

/**
 * Who is looking, for the frame around a page. Where that cannot be told (the database is down), the frame still
 * appears, and the page below says what is wrong.
 */
export async function viewerOrNobody(): Promise<Viewer> {
  try {
    return await viewer();
  } catch (error) {
    unstable_rethrow(error);
    return { state: 'signed-out' };
  }
}
