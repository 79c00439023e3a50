import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parseExperimentConfig } from '@eyegazer/core';
import { parse } from 'yaml';

const pages = ['docs/training.md', 'README.md'];

/** Every YAML block of a page, by its first lines; a block may hold several documents. */
function yamlBlocks(page: string): string[] {
  const text = readFileSync(new URL(`../../../${page}`, import.meta.url), 'utf8');
  return [...text.matchAll(/```yaml\n([^]*?)```/g)].flatMap(([, block = '']) => block.split(/^---$/m));
}

describe('documentation of configs', () => {
  for (const page of pages) {
    const blocks = yamlBlocks(page);

    it(`shows configs in ${page}`, () => assert.ok(blocks.length > 0));

    for (const block of blocks) {
      it(`${page}: ${JSON.stringify(block.trim().split('\n').slice(0, 2).join(' '))} is a config as it stands`, () => {
        const config = parseExperimentConfig(parse(block));
        assert.deepEqual(parseExperimentConfig(config), config);
      });
    }
  }

  it('says every number that can be chosen for precision, recompute and device', () => {
    const text = readFileSync(new URL('../../../docs/training.md', import.meta.url), 'utf8');
    for (const word of ['fp32', 'fp16', 'int8', 'int4', 'selective', 'full', 'cpu', 'webgpu', 'cuda', 'all-linear']) assert.ok(text.includes(`\`${word}\``), word);
  });
});
