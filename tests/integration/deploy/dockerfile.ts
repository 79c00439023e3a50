/** A Dockerfile as the stages and steps that the builder of the tests follows; anything it does not know is an error. */
import { readFile } from 'node:fs/promises';
import { DockerfileParser, type Copy, type From, type Healthcheck, type Instruction, type JSONInstruction, type PropertyInstruction } from 'dockerfile-ast';

export type Step =
  | { kind: 'workdir'; path: string }
  | { kind: 'run'; command: string; mounts: string[] }
  | { kind: 'copy'; from: string | null; sources: string[]; destination: string }
  | { kind: 'env'; values: Record<string, string> }
  | { kind: 'label'; values: Record<string, string> }
  | { kind: 'user'; user: string }
  | { kind: 'volume'; path: string }
  | { kind: 'stopsignal'; signal: string }
  | { kind: 'healthcheck'; command: string[] }
  | { kind: 'cmd'; command: string[] };

export interface Stage {
  name: string;
  /** An image's reference, or the name of an earlier stage. */
  base: string;
  steps: Step[];
}

export async function readDockerfile(path: string): Promise<Stage[]> {
  const stages: Stage[] = [];
  for (const instruction of DockerfileParser.parse(await readFile(path, 'utf8')).getInstructions()) {
    if (instruction.getKeyword() === 'FROM') {
      const from = instruction as From;
      stages.push({ name: from.getBuildStage() ?? String(stages.length), base: from.getImage() ?? '', steps: [] });
    } else stages.at(-1)?.steps.push(...parseStep(instruction));
  }
  return stages;
}

function parseStep(instruction: Instruction): Step[] {
  const content = instruction.getArgumentsContent() ?? '';
  const values = instruction.getArguments().map((argument) => argument.getValue());
  switch (instruction.getKeyword()) {
    case 'ARG':
    case 'EXPOSE':
      return []; // a label's version and a note to people: nothing is done
    case 'WORKDIR':
      return [{ kind: 'workdir', path: content }];
    case 'RUN':
      return [{ kind: 'run', command: content, mounts: flags(instruction as JSONInstruction, 'mount') }];
    case 'COPY': {
      const from = (instruction as Copy).getFromFlag()?.getValue() ?? null;
      return [{ kind: 'copy', from, sources: values.slice(0, -1), destination: values.at(-1) ?? '' }];
    }
    case 'ENV':
      return [{ kind: 'env', values: properties(instruction as PropertyInstruction) }];
    case 'LABEL':
      return [{ kind: 'label', values: properties(instruction as PropertyInstruction) }];
    case 'USER':
      return [{ kind: 'user', user: content }];
    case 'VOLUME':
      return [{ kind: 'volume', path: content }];
    case 'STOPSIGNAL':
      return [{ kind: 'stopsignal', signal: content }];
    case 'HEALTHCHECK':
      return [{ kind: 'healthcheck', command: words((instruction as Healthcheck).getArgumentsContent()?.replace(/^CMD\s+/, '') ?? '') }];
    case 'CMD':
      return [{ kind: 'cmd', command: words(content) }];
    default:
      throw new Error(`Expected an instruction that the builder of the tests knows, got ${instruction.getKeyword()}.`);
  }
}

function properties(instruction: PropertyInstruction): Record<string, string> {
  return Object.fromEntries(instruction.getProperties().map((property) => [property.getName(), property.getValue() ?? '']));
}

function flags(instruction: JSONInstruction, name: string): string[] {
  return instruction.getFlags().filter((flag) => flag.getName() === name).map((flag) => flag.getValue() ?? '');
}

/** The exec form alone: a shell in between would not pass signals on. */
function words(json: string): string[] {
  return JSON.parse(json) as string[];
}
