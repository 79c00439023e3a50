import { AppError } from '@eyegazer/core';
import { isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseAllDocuments, type Document, type Node } from 'yaml';

/** One config as it stands in a file. */
export interface ConfigDocument {
  /** File, or `<stdin>`. */
  source: string;
  config: unknown;
  /** `file:line:column` of what a config path such as `adapter.r` names; of what holds it, where it is not there. */
  locate(path: string): string;
}

/**
 * The configs of a YAML file (several are separated by `---`) or a JSON file, which is YAML too.
 * @throws AppError BAD_CONFIG with file, line and column
 */
export function parseConfigDocuments(text: string, source: string): ConfigDocument[] {
  const lineCounter = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter, prettyErrors: false });
  const at = (offset: number): string => {
    const { line, col } = lineCounter.linePos(offset);
    return `${source}:${line}:${col}`;
  };
  const documents = [...parsed].filter((document) => document.errors.length > 0 || !isEmpty(document));
  if (documents.length === 0) throw new AppError('BAD_CONFIG', `${source}: expected an experiment config in YAML or JSON, such as \`dataset: aptos\`, found nothing.`);
  return documents.map((document) => {
    const [error] = document.errors;
    if (error) throw new AppError('BAD_CONFIG', `${at(error.pos[0])}: ${firstLine(error.message)}`);
    return { source, config: toValue(document, source), locate: (path) => at(findOffset(document.contents, splitPath(path))) };
  });
}

function isEmpty(document: Document): boolean {
  return document.contents === null || (isScalar(document.contents) && document.contents.value === null);
}

function toValue(document: Document, source: string): unknown {
  try {
    return document.toJS() as unknown;
  } catch (error) {
    // An alias that leads nowhere, or too many of them.
    throw new AppError('BAD_CONFIG', `${source}: ${error instanceof Error ? firstLine(error.message) : String(error)}`, { cause: error });
  }
}

/** `training.augment[0].preset` -> its parts. */
function splitPath(path: string): string[] {
  return path.replaceAll(/\[(\d+)\]/g, '.$1').split('.').filter((part) => part !== '');
}

function findOffset(root: Node | null, path: readonly string[]): number {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const [depth, part] of path.entries()) {
    if (isMap(node)) {
      // `lora` is another name of `adapter`, and errors may speak of either.
      const names = depth === 0 && (part === 'adapter' || part === 'lora') ? ['adapter', 'lora'] : [part];
      const pair = node.items.find(({ key }) => names.includes(String(isScalar(key) ? key.value : key)));
      if (!isPair(pair)) break;
      if (isNode(pair.key) && pair.key.range) offset = pair.key.range[0];
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(part)];
      if (!isNode(node) || !node.range) break;
      offset = node.range[0];
    } else {
      break;
    }
  }
  return offset;
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? text;
}
