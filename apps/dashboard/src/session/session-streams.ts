import type { EventStream } from '@eyegazer/client';

export interface SessionStreams {
  /** The stream of the session that a token began, opened when it is first asked for; null is the open door. */
  of: (tokenId: string | null) => EventStream;
  /** Closes what is open: the session has ended, and the next one hears by a stream of its own. */
  end: () => void;
}

/** One stream of events at a time: a session hears what its own token may hear. */
export function createSessionStreams(open: () => EventStream): SessionStreams {
  let current: { tokenId: string | null; stream: EventStream } | null = null;
  const end = (): void => {
    current?.stream.close();
    current = null;
  };
  return {
    of(tokenId) {
      if (current?.tokenId === tokenId) return current.stream;
      end();
      const stream = open();
      current = { tokenId, stream };
      return stream;
    },
    end,
  };
}
