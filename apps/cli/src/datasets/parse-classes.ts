import { InvalidArgumentError } from 'commander';

export interface ChosenClass {
  name: string;
  labels: string[];
}

/** `no DR=0,DR=1+2+3+4`: classes in the order of their ids, each with the labels that mean it; a name alone is its own label. */
export function parseClasses(text: string): ChosenClass[] {
  const classes = text.split(',').map((part) => {
    const [name = '', labels = name, ...more] = part.split('=').map((side) => side.trim());
    const list = labels.split('+').map((label) => label.trim());
    if (name === '' || more.length > 0 || list.includes('')) throw new InvalidArgumentError(`Expected classes such as "no DR=0,DR=1+2+3+4", got ${JSON.stringify(part)}.`);
    return { name, labels: list };
  });
  if (classes.length < 2) throw new InvalidArgumentError('Expected two classes or more, such as "no DR=0,DR=1+2+3+4".');
  return classes;
}
