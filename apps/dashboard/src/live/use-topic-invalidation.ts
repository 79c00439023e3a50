import type { Topic } from '@eyegazer/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useBackend } from '../api/backend.js';
import { cacheKeys } from '../api/shared-queries.js';
import { createThrottle } from './throttle.js';

const topics: Topic[] = ['experiments', 'datasets', 'models', 'workers'];
const pauseMs = 400;

/** Makes cached lists stale when the server says that they changed; what is on screen is fetched again, at most every 400 ms. */
export function useTopicInvalidation(): void {
  const { stream } = useBackend();
  const queries = useQueryClient();
  useEffect(() => {
    const stops = topics.map((topic) => {
      const throttle = createThrottle(() => void queries.invalidateQueries({ queryKey: [cacheKeys[topic]] }, { cancelRefetch: false }), pauseMs);
      const stop = stream.watchTopic(topic, () => throttle.call());
      return () => {
        stop();
        throttle.stop();
      };
    });
    return () => stops.forEach((stop) => stop());
  }, [stream, queries]);
}
