"""The step of bench/gpu.ts in PyTorch, Transformers and PEFT under bfloat16 autocast. Arguments: model, batch, device.
Prints one line of JSON."""
import json
import statistics
import sys
import time

import torch
from peft import LoraConfig, get_peft_model
from transformers import ViTConfig, ViTForImageClassification

SHAPES = {
    "vit-base": dict(hidden_size=768, num_hidden_layers=12, num_attention_heads=12, intermediate_size=3072),
    "vit-large": dict(hidden_size=1024, num_hidden_layers=24, num_attention_heads=16, intermediate_size=4096),
}
name, batch, device = sys.argv[1], int(sys.argv[2]), sys.argv[3]
torch.manual_seed(0)
base = ViTForImageClassification(ViTConfig(**SHAPES[name], image_size=224, patch_size=16, num_labels=5))
config = LoraConfig(r=16, lora_alpha=16, lora_dropout=0.1, target_modules=r".*\.(query|value|q_proj|v_proj)", modules_to_save=["classifier"])
model = get_peft_model(base, config).to(device).train()
trainable = [p for p in model.parameters() if p.requires_grad]
# From and to the host, as Eyegazer's step has them.
pixels = torch.randn(batch, 3, 224, 224)
labels = torch.arange(batch) % 5


def step():
    for p in trainable:
        p.grad = None
    with torch.autocast(torch.device(device).type, dtype=torch.bfloat16):
        loss = model(pixel_values=pixels.to(device), labels=labels.to(device)).loss
    loss.backward()
    return [p.grad.cpu() for p in trainable]


times = []
for i in range(8):
    start = time.perf_counter()
    step()
    if i >= 3:
        times.append(time.perf_counter() - start)
memory = torch.cuda.max_memory_reserved(device) if device.startswith("cuda") else None
print(json.dumps({"imagesPerSecond": batch / statistics.median(times), "memoryBytes": memory}))
