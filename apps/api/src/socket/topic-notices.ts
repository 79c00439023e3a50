import type { Topic } from '@eyegazer/core';

export interface TopicNotice {
  topic: Topic;
  id?: string;
}

export interface TopicNotices {
  add(notice: TopicNotice): void;
  close(): void;
}

/**
 * Passes on at most one notice per topic and interval, the first at once. Several things that changed meanwhile become
 * one notice without id: the whole list may have changed.
 */
export function createTopicNotices(options: { intervalMs: number; emit: (notice: TopicNotice) => void }): TopicNotices {
  const resting = new Map<Topic, { timer: NodeJS.Timeout; waiting: TopicNotice | null }>();

  function pass(notice: TopicNotice): void {
    options.emit(notice);
    const timer = setTimeout(() => {
      const waiting = resting.get(notice.topic)?.waiting;
      resting.delete(notice.topic);
      if (waiting) pass(waiting);
    }, options.intervalMs);
    resting.set(notice.topic, { timer, waiting: null });
  }

  return {
    add(notice) {
      const rest = resting.get(notice.topic);
      if (!rest) return pass(notice);
      rest.waiting = rest.waiting === null || rest.waiting.id === notice.id ? notice : { topic: notice.topic };
    },
    close() {
      for (const { timer } of resting.values()) clearTimeout(timer);
      resting.clear();
    },
  };
}
