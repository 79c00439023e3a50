import type { Command } from 'commander';
import { examples } from '../help-text.js';
import type { Runner } from '../runner.js';
import { readDocuments } from '../submit/read-documents.js';
import { planDocuments, submitDocuments } from '../submit/submit-documents.js';
import { formatSubmitTable } from '../submit/submit-table.js';
import { shortId } from '../experiments/short-id.js';
import { watchExperiment } from '../watch/watch-experiment.js';

interface SubmitOptions {
  dryRun?: boolean;
  watch?: boolean;
}

export function addSubmitCommand(program: Command, run: Runner): void {
  program
    .command('submit')
    .description('submit the experiments of a YAML or JSON file')
    .argument('<file>', 'a config, or several separated by `---`; - reads standard input')
    .option('--dry-run', 'only say what it would do, and what to think about first')
    .option('--watch', 'watch it to its end; of several, one after the other')
    .addHelpText(
      'after',
      examples(
        ['eyegazer submit retina.yaml --dry-run', 'plan, updates and warnings'],
        ['eyegazer submit retina.yaml --watch', 'submit, then a live chart'],
        ["echo 'dataset: aptos' | eyegazer submit -", 'everything else has a default'],
        ['eyegazer submit grid.yaml --json | jq -r .[].id', 'the ids of what was submitted'],
      ),
    )
    .action(
      run(async (context, file: string, { dryRun = false, watch = false }: SubmitOptions) => {
        const documents = await readDocuments(file, context.input);
        const { api, ...connection } = await context.connect();
        const answers = dryRun ? await planDocuments(api, documents) : await submitDocuments(api, documents);
        if (!context.json) context.out.lines(formatSubmitTable(answers, context.out));
        else if (watch && !dryRun) answers.forEach(context.printJsonLine);
        else context.printJson(answers);
        const ids = answers.flatMap(({ id }) => (id === null ? [] : [id]));
        if (!watch) {
          if (ids[0] !== undefined) context.err.line(context.err.paint('dim', `Watch it: eyegazer watch ${shortId(ids[0])}`));
          return 0;
        }
        let exitCode = 0;
        for (const id of ids) exitCode = (await watchExperiment(context, { api, ...connection }, id)) || exitCode;
        return exitCode;
      }),
    );
}
