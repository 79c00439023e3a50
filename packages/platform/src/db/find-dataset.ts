import { AppError } from '@eyegazer/core';
import type { Database } from './open-database.js';
import { newestVersion, type DatasetRow } from './present-dataset.js';

/** @throws AppError NOT_FOUND */
export async function findDataset(prisma: Database['prisma'], idOrName: string): Promise<DatasetRow> {
  // A name can look like an id: the id wins.
  const rows = await prisma.dataset.findMany({ where: { OR: [{ id: idOrName }, { name: idOrName }] }, include: newestVersion });
  const row = rows.find(({ id }) => id === idOrName) ?? rows[0];
  if (!row) throw new AppError('NOT_FOUND', `There is no dataset ${idOrName}.`, { details: { dataset: idOrName } });
  return row;
}
