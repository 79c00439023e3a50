import assert from 'node:assert/strict';
import { augmentPresets, augmentSchema, parseExperimentConfig, resolveAugmentation } from '@eyegazer/core';

const resolve = (input: object) => resolveAugmentation(augmentSchema.parse(input));

describe('training.augment', () => {
  it('is the standard preset unless told, and none of it with none', () => {
    assert.deepEqual(resolve({}), augmentPresets.standard);
    assert.deepEqual(resolve({ preset: 'fundus' }), augmentPresets.fundus);
    assert.equal(resolve({ preset: 'none' }), null);
  });

  it('changes single values of the preset, zero included, and leaves the others', () => {
    assert.deepEqual(resolve({ preset: 'fundus', rotation: 0, scale: [0.9, 1] }), { ...augmentPresets.fundus, rotation: 0, scale: [0.9, 1] });
    assert.deepEqual(resolve({ preset: 'none', rotation: 15 }), {
      scale: [1, 1], ratio: [3 / 4, 4 / 3], flip: 0, verticalFlip: 0, rotation: 15, brightness: 0, contrast: 0, saturation: 0,
    });
  });

  it('refuses what cannot be drawn, with its path', () => {
    const refuses = (augment: object, message: RegExp): void => assert.throws(() => parseExperimentConfig({ dataset: 'd', training: { augment } }), { code: 'BAD_CONFIG', message });
    refuses({ scale: [1, 0.5] }, /training\.augment\.scale: expected the least before the greatest/);
    refuses({ scale: [0, 1] }, /training\.augment\.scale\[0\]/);
    refuses({ ratio: [0, 1] }, /training\.augment\.ratio\[0\]/);
    refuses({ flip: 1.5 }, /training\.augment\.flip/);
    refuses({ rotation: 270 }, /training\.augment\.rotation/);
    refuses({ blur: 1 }, /training\.augment.*blur/);
  });
});
