"""Gradients of one step by Transformers and PEFT, in float64 and in float32.

Arguments: base model folder, spec.json, pixels (float32), start values (safetensors, classic adapter names), output.
Output: for each name of spec.names in order the gradient in float64, then the one PyTorch computes in float32, as float64.
"""
import json
import sys

import numpy as np
import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file
from transformers import ViTForImageClassification

folder, spec_path, pixels_path, start_path, out_path = sys.argv[1:]
spec = json.load(open(spec_path))
start = load_file(start_path)
labels = torch.tensor(spec['labels'])
size = spec['imageSize']
pixels = torch.from_numpy(np.fromfile(pixels_path, dtype=np.float32).reshape(len(labels), 3, size, size))
NEW = {
    'attention.q_proj': 'attention.attention.query', 'attention.k_proj': 'attention.attention.key', 'attention.v_proj': 'attention.attention.value',
    'attention.o_proj': 'attention.output.dense', 'mlp.fc1': 'intermediate.dense', 'mlp.fc2': 'output.dense',
}
TARGETS = {'query': 'q_proj', 'key': 'k_proj', 'value': 'v_proj', 'attention.output.dense': 'o_proj', 'intermediate.dense': 'fc1', 'output.dense': 'fc2'}


def classic(name):
    name = name.replace('.default', '').replace('modules_to_save.', '').replace('vit.layers.', 'vit.encoder.layer.')
    for new, old in NEW.items():
        name = name.replace(new, old)
    if spec['lora'] is not None:
        return name
    return 'base_model.model.' + name if name.startswith('classifier') else name.replace('vit.', '', 1)


def gradients(dtype):
    model = ViTForImageClassification.from_pretrained(folder, num_labels=spec['outputs'], ignore_mismatched_sizes=True, dtype=torch.float32, attn_implementation='eager')
    if spec['lora'] is not None:
        lora = spec['lora']
        model = get_peft_model(model, LoraConfig(
            r=lora['r'], lora_alpha=lora['lora_alpha'], target_modules=[TARGETS[name] for name in lora['target_modules']],
            use_rslora=lora.get('use_rslora', False), modules_to_save=['classifier']))
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if classic(name) in start and parameter.requires_grad:
                parameter.copy_(start[classic(name)])
    model = model.to(dtype).eval()
    logits = model(pixel_values=pixels.to(dtype)).logits
    loss = torch.nn.functional.cross_entropy(logits, labels) if spec['outputs'] > 1 else torch.nn.functional.mse_loss(logits[:, 0], labels.to(dtype))
    loss.backward()
    return {classic(name): p.grad.double().numpy() for name, p in model.named_parameters() if p.requires_grad}


found = [gradients(torch.float64), gradients(torch.float32)]
for each in found:
    assert sorted(each) == sorted(spec['names']), set(each) ^ set(spec['names'])
np.concatenate([each[name].ravel() for each in found for name in spec['names']]).tofile(out_path)
