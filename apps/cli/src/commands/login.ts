import { accessTokenSchema, AppError, parseWith } from '@eyegazer/core';
import type { Command } from 'commander';
import { writeConfig } from '../config/config-file.js';
import { configPath } from '../config/config-path.js';
import { findServer } from '../config/find-server.js';
import { isLoopbackUrl } from '../config/parse-server-url.js';
import { connectTo, type Context } from '../context.js';
import { examples } from '../help-text.js';
import { cleanText } from '../output/clean-text.js';
import type { Runner } from '../runner.js';

export function addLoginCommand(program: Command, run: Runner): void {
  program
    .command('login')
    .description('remember a server and an access token for it')
    .option('--token <token>', 'the token; better asked for or piped in: others see the command line')
    .addHelpText('after', examples(['eyegazer login --url https://eyegazer.example.org', 'asks for the token'], ['eyegazer login --url https://eyegazer.example.org < token.txt', 'reads it']))
    .action(
      run(async (context, { token: given }: { token?: string }) => {
        const { url } = await findServer(context.givenUrl, { ...context.env, EYEGAZER_TOKEN: undefined });
        const token = await readToken(context, { url, given });
        const { actor, open } = await connectTo({ url, token }).api.getSession();
        await writeConfig(configPath(context.env), { url, token });
        if (context.json) return context.printJson({ url, open, actor });
        if (token === null) return context.out.line(`${url} asks for no token. Commands go there from now on.`);
        context.out.line(`Logged in to ${url} as ${cleanText(actor.name)} (${actor.role}).`);
        if (actor.role === 'worker') context.err.line('This is the token of a worker: it may train, and nothing else that this program does.');
        if (url.startsWith('http:') && !isLoopbackUrl(url)) context.err.line(context.err.paint('yellow', 'The address is not https: everybody on the way can read the token.'));
        if (context.env['EYEGAZER_TOKEN']) context.err.line(context.err.paint('yellow', 'EYEGAZER_TOKEN is set and goes before this login.'));
      }),
    );
}

/** The token as given, piped in or typed; null where the server asks for none. */
async function readToken({ input }: Context, { url, given }: { url: string; given: string | undefined }): Promise<string | null> {
  let text = given ?? (input.isTty ? '' : (await input.text()).trim());
  if (text === '') {
    if (await isOpen(url)) return null;
    if (!input.isTty) throw new AppError('UNAUTHORIZED', `${url} asks for a token. Give it on standard input, or with --token.`);
    text = (await input.ask(`Access token for ${url}: `, { hidden: true }))?.trim() ?? '';
    if (text === '') throw new AppError('UNAUTHORIZED', 'No token was given. Nothing has changed.');
  }
  return parseWith(accessTokenSchema, text, { what: 'token' });
}

async function isOpen(url: string): Promise<boolean> {
  try {
    return (await connectTo({ url, token: null }).api.getSession()).open;
  } catch (error) {
    if (error instanceof AppError && error.code === 'UNAUTHORIZED') return false;
    throw error;
  }
}
