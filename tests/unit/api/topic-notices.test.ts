import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { createTopicNotices, type TopicNotice } from '@eyegazer/api';

describe('topic notices', () => {
  it('passes the first on at once and at most one per interval after it', () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const passed: TopicNotice[] = [];
      const notices = createTopicNotices({ intervalMs: 250, emit: (notice) => passed.push(notice) });
      notices.add({ topic: 'experiments', id: 'a' });
      notices.add({ topic: 'datasets', id: 'd' });
      assert.deepEqual(passed, [{ topic: 'experiments', id: 'a' }, { topic: 'datasets', id: 'd' }]);
      notices.add({ topic: 'experiments', id: 'b' });
      notices.add({ topic: 'experiments', id: 'b' });
      notices.add({ topic: 'datasets', id: 'd' });
      notices.add({ topic: 'datasets', id: 'e' });
      assert.equal(passed.length, 2);
      mock.timers.tick(250);
      assert.deepEqual(passed.slice(2), [{ topic: 'experiments', id: 'b' }, { topic: 'datasets' }]);
      mock.timers.tick(250);
      notices.add({ topic: 'experiments', id: 'c' });
      assert.deepEqual(passed.at(-1), { topic: 'experiments', id: 'c' });
      notices.add({ topic: 'experiments', id: 'd' });
      notices.close();
      mock.timers.tick(1000);
      assert.equal(passed.length, 5);
    } finally {
      mock.timers.reset();
    }
  });
});
