import { listAll } from '@eyegazer/client';
import type { TokenWire } from '@eyegazer/core';
import type { Command } from 'commander';
import { formatAge, formatInstant } from '../output/format-time.js';
import { formatTable, type Cell } from '../output/table.js';
import type { Runner } from '../runner.js';
import { addTokensCreateCommand } from './tokens-create.js';
import { addTokensRevokeCommand } from './tokens-revoke.js';

export function addTokensCommand(program: Command, run: Runner): void {
  const tokens = program.command('tokens').description('list, make and revoke access tokens (admin)');
  tokens
    .command('ls')
    .description('list tokens, newest first; the secrets nobody has but their holders')
    .action(
      run(async (context) => {
        const { api } = await context.connect();
        const items: TokenWire[] = [];
        for await (const token of listAll((cursor) => api.listTokens({ limit: 200, cursor }))) items.push(token);
        if (context.json) return context.printJson(items);
        if (items.length === 0) return context.err.line('There are no tokens. Make one: eyegazer tokens create <name> --role member');
        const rows = items.map(({ id, name, role, state, prefix, expiresAt, lastUsedAt }): Cell[] => [
          id,
          name,
          role,
          { text: state, style: state === 'usable' ? 'green' : 'dim' },
          `${prefix}...`,
          expiresAt === null ? 'never' : formatInstant(expiresAt).slice(0, 10),
          lastUsedAt === null ? 'never' : formatAge(lastUsedAt, Date.now()),
        ]);
        context.out.lines(
          formatTable({
            columns: [{ title: 'ID' }, { title: 'NAME', shrinkTo: 10 }, { title: 'ROLE' }, { title: 'STATE' }, { title: 'BEGINS', optional: 1 }, { title: 'EXPIRES' }, { title: 'LAST USED' }],
            rows,
            width: context.out.columns,
            paint: context.out.paint,
          }),
        );
      }),
    );
  addTokensCreateCommand(tokens, run);
  addTokensRevokeCommand(tokens, run);
}
