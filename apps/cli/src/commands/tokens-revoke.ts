import { listAll } from '@eyegazer/client';
import { AppError, type TokenWire } from '@eyegazer/core';
import type { Command } from 'commander';
import { exitCodes } from '../exit-codes.js';
import { confirm } from '../input/confirm.js';
import { cleanText } from '../output/clean-text.js';
import type { Runner } from '../runner.js';

export function addTokensRevokeCommand(tokens: Command, run: Runner): void {
  tokens
    .command('revoke')
    .description('revoke a token for good')
    .argument('<token>', 'its id, or its name if only one usable token has it')
    .option('-y, --yes', 'do not ask')
    .action(
      run(async (context, reference: string, { yes = false }: { yes?: boolean }) => {
        const { api } = await context.connect();
        const items: TokenWire[] = [];
        for await (const token of listAll((cursor) => api.listTokens({ limit: 200, cursor }))) items.push(token);
        const { id, name, role } = findToken(items, reference);
        if (!(await confirm(context.input, `Revoke ${cleanText(name)} (${role}) for good?`, { yes }))) {
          context.err.line('Kept.');
          return exitCodes.failed;
        }
        await api.revokeToken(id);
        if (context.json) context.printJson({ id, revoked: true });
        else context.out.line(`${cleanText(name)} is revoked.`);
        return exitCodes.ok;
      }),
    );
}

function findToken(items: readonly TokenWire[], reference: string): TokenWire {
  const byId = items.find(({ id }) => id === reference);
  const [byName, ...others] = items.filter(({ name, state }) => name === reference && state !== 'revoked');
  if (byId ?? (others.length === 0 && byName)) return (byId ?? byName) as TokenWire;
  const shown = JSON.stringify(cleanText(reference));
  if (byName) throw new AppError('BAD_REQUEST', `${shown} names ${others.length + 1} tokens. Give the id, which \`eyegazer tokens ls\` shows.`);
  throw new AppError('NOT_FOUND', `There is no token ${shown}. \`eyegazer tokens ls\` shows what there is.`);
}
