/** Lets through what moves a log of lines on: the first of each phase, and each further tenth of it. */
export function createStepFilter(): (phase: string, share: number) => boolean {
  let told = '';
  return (phase, share) => {
    const step = `${phase} ${Math.floor(10 * share)}`;
    if (step === told) return false;
    told = step;
    return true;
  };
}
