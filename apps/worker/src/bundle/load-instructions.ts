import type { BundleFacts } from './bundle-facts.js';
import { adapterInstructions } from './adapter-instructions.js';
import { modelInstructions } from './model-instructions.js';
import { needsInterpolation } from './needs-interpolation.js';

/** The Python that opens the bundle and answers for one image, introduced by what it needs. */
export function loadInstructions(facts: BundleFacts): string {
  const { introduction, imports, loading } = facts.config.adapter.method === 'lora' ? adapterInstructions(facts, facts.config.adapter) : modelInstructions(facts);
  return [...introduction, '', '```python', ...imports, '', ...loading, '', ...answering(facts), '```', ''].join('\n');
}

function answering(facts: BundleFacts): string[] {
  const call = needsInterpolation(facts) ? 'model(**pixels, interpolate_pos_encoding=True)' : 'model(**pixels)';
  const logits = ['pixels = processor(Image.open("image.png").convert("RGB"), return_tensors="pt")', 'with torch.no_grad():', `    logits = ${call}.logits[0]`];
  if (facts.task.kind === 'regression') {
    return [...logits, 'grade = logits[0].item()', 'print(grade, id2label[sum(grade > cut for cut in labels["thresholds"])])'];
  }
  return [...logits, 'probabilities = logits.softmax(-1)', 'print({id2label[i]: p.item() for i, p in enumerate(probabilities)})'];
}
