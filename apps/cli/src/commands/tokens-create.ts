import { roles, type Role } from '@eyegazer/core';
import { Option, type Command } from 'commander';
import { examples } from '../help-text.js';
import { parseExpiry } from '../input/parse-expiry.js';
import { cleanText } from '../output/clean-text.js';
import { formatInstant } from '../output/format-time.js';
import type { Runner } from '../runner.js';

interface CreateOptions {
  role: Role;
  expires?: string;
  quiet?: boolean;
}

export function addTokensCreateCommand(tokens: Command, run: Runner): void {
  tokens
    .command('create')
    .description('make a token; its secret is shown this once')
    .argument('<name>', 'who or what gets it')
    .addOption(new Option('--role <role>', 'what it may do: viewers look, members train, admins do all, workers only train for others').choices(roles).makeOptionMandatory())
    .option('--expires <when>', 'days from now such as 90d, or a date; never unless given', (text) => parseExpiry(text))
    .option('-q, --quiet', 'print nothing but the secret')
    .addHelpText('after', examples(['eyegazer tokens create anna --role member --expires 90d', 'for a person'], ['eyegazer tokens create gpu-box --role worker --quiet > worker.token', 'for a machine']))
    .action(
      run(async (context, name: string, { role, expires, quiet = false }: CreateOptions) => {
        const { api } = await context.connect();
        const created = await api.createToken({ name, role, expiresAt: expires ?? null });
        if (context.json) context.printJson(created);
        else context.out.line(created.secret);
        if (quiet) return;
        const { token, closesDoor } = created;
        context.err.line(`This is the only time that it is shown. ${cleanText(token.name)} is a ${token.role}${token.expiresAt === null ? '' : `, until ${formatInstant(token.expiresAt)}`}.`);
        if (closesDoor) context.err.line(context.err.paint('yellow', 'From now on the server asks everybody for a token, you included: eyegazer login'));
      }),
    );
}
