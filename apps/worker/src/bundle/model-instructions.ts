import type { BundleFacts } from './bundle-facts.js';
import type { Instructions } from './instructions.js';

/** How a model that is whole is loaded: by Transformers alone. */
export function modelInstructions({ task, baseModel }: BundleFacts): Instructions {
  const isRegression = task.kind === 'regression';
  const { imageSize } = baseModel.config;
  return {
    introduction: [
      '`model/` holds the whole model, base and head, under the names that every version of Transformers reads: nothing else is needed.',
      ...(imageSize === baseModel.pretrainedImageSize
        ? []
        : [`Its position embeddings and its \`image_size\` are those of the images it was trained on, ${imageSize} x ${imageSize}; its base model was pretrained at ${baseModel.pretrainedImageSize} x ${baseModel.pretrainedImageSize}.`]),
    ],
    imports: [...(isRegression ? ['import json', ''] : []), 'import torch', 'from PIL import Image', 'from transformers import AutoImageProcessor, AutoModelForImageClassification'],
    loading: [
      'model = AutoModelForImageClassification.from_pretrained("model/")',
      'model.eval()',
      'processor = AutoImageProcessor.from_pretrained("model/")',
      ...(isRegression ? ['labels = json.load(open("labels.json"))', 'id2label = {int(i): name for i, name in labels["id2label"].items()}'] : ['id2label = model.config.id2label']),
    ],
  };
}
