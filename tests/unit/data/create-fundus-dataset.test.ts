import assert from 'node:assert/strict';
import type { ImportProgress, IndexedImage } from '@eyegazer/core';
import { analyseImage, auditImages, createFundusDataset, decodeImage, drawFundus, findFundusImages, loadDatasetVersion, loadDuplicateGroups, planFundusImages, type FundusSetOptions } from '@eyegazer/data';
import { createTemporaryStore } from './temporary-store.js';

describe('a set of drawn fundus photographs', function () {
  this.timeout(300_000);
  let store: ReturnType<typeof createTemporaryStore>;
  before(() => void (store = createTemporaryStore()));
  after(() => store.dispose());

  it('becomes an ordinary dataset version, the same for the same options, and says how far it is', async () => {
    const heard: ImportProgress[] = [];
    const options = { store, classCounts: [6, 5, 5, 5, 5], width: 32, holdout: 0.2, seed: 3 } as const;
    const { version, report } = await createFundusDataset({ ...options, onProgress: (progress) => heard.push(progress) });
    assert.deepEqual(version.counts, { train: [5, 4, 4, 4, 4], eval: [1, 1, 1, 1, 1], predict: [0] });
    assert.deepEqual(version.classNames, ['0', '1', '2', '3', '4']);
    assert.deepEqual([report.layout, report.sampleCount, report.problemCount], ['procedural-fundus', 26, 0]);
    assert.equal(heard.at(-1)?.phase, 'storing');
    const { train } = await loadDatasetVersion({ contentId: version.contentId, store });
    const grades = train.map(({ label }) => label ?? 0);
    assert.notDeepEqual(grades, grades.toSorted((a, b) => a - b));
    assert.equal((await createFundusDataset(options)).version.contentId, version.contentId);
    assert.notEqual((await createFundusDataset({ ...options, seed: 4 })).version.contentId, version.contentId);
  });

  it('holds the images that are drawn, exactly as PNG and nearly as JPEG, in any size', async () => {
    const options: FundusSetOptions = { classCounts: [1, 1, 1, 1, 1], seed: 8, width: 90, height: 60 };
    const plan = planFundusImages(options);
    for (const format of ['png', 'jpeg'] as const) {
      for (const [i, found] of findFundusImages({ ...options, format }).images.entries()) {
        const { grade, index, id, label } = plan[i]!;
        assert.deepEqual([found.id, found.label, grade], [id, label, label]);
        const bytes = await found.read();
        assert.deepEqual([...bytes.subarray(0, 2)], format === 'png' ? [0x89, 0x50] : [0xff, 0xd8]);
        const { data, width, height } = await decodeImage(bytes);
        assert.deepEqual([width, height], [90, 60]);
        const expected = drawFundus({ grade, seed: 8, index, width: 90, height: 60 }).data;
        const off = expected.reduce((sum, value, j) => sum + Math.abs(value - data[j]!), 0) / expected.length;
        assert.ok(format === 'png' ? off === 0 : off < 4, `${format}: ${off}`);
      }
    }
  });

  for (const format of ['png', 'jpeg'] as const) {
    it(`has exactly the duplicates and conflicts that were planted, in other files with the same pixels (${format})`, async () => {
      const options: FundusSetOptions = { classCounts: [14, 10, 10, 8, 8], seed: 11, width: 64, format, duplicates: 5, conflicts: 3 };
      const plan = planFundusImages(options);
      const copies = plan.filter(({ copyOf }) => copyOf !== null);
      assert.deepEqual([plan.length, copies.length, copies.filter(({ label, grade }) => label !== grade).length], [58, 8, 3]);

      const { images } = await createFundusDataset({ ...options, store });
      assert.deepEqual(images.audit.exact, { groups: 8, images: 16, conflicting: 3 });
      const groups = await loadDuplicateGroups({ auditId: images.auditId, store });
      const exact = groups.filter(({ kind }) => kind === 'exact').map(({ ids, conflicting }) => ({ ids, conflicting }));
      const planted = copies.map(({ id, copyOf, label, grade }) => ({ ids: [copyOf ?? '', id].sort(), conflicting: label !== grade }));
      const byFirst = (a: { ids: string[] }, b: { ids: string[] }): number => ((a.ids[0] ?? '') < (b.ids[0] ?? '') ? -1 : 1);
      assert.deepEqual(exact.sort(byFirst), planted.sort(byFirst));

      const all = findFundusImages(options).images;
      const bytesOf = async (id: string | null): Promise<Uint8Array> => (await all.find((image) => image.id === id)?.read()) ?? assert.fail(`no ${id}`);
      for (const { id, copyOf } of copies) assert.notDeepEqual(await bytesOf(id), await bytesOf(copyOf));
    });
  }

  it('does not tell its grades by colour, border or size: the shortcut probe stays under QWK 0.15', () => {
    const size = { width: 96, height: 96 };
    const images = planFundusImages({ classCounts: [120, 120, 120, 120, 120], seed: 77 }).map(({ id, label, grade, index }): IndexedImage => {
      const analysis = analyseImage(drawFundus({ grade, seed: 77, index, ...size }));
      return { id, label, split: null, group: null, shard: 0, byteOffset: 0, byteLength: 0, sha256: analysis.pixels, ...size, ...analysis };
    });
    const { audit } = auditImages({ header: { labels: ['0', '1', '2', '3', '4'] }, images });
    assert.ok(audit.probe !== null && audit.probe.qwk < 0.15, JSON.stringify(audit.probe));
    for (const part of audit.probe.parts) assert.ok(part.qwk < 0.15, JSON.stringify(audit.probe));
    assert.deepEqual([audit.exact.groups, audit.blank.count, audit.dark.count], [0, 0, 0]);
  });
});
