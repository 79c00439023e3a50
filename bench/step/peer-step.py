"""The step of bench/step.ts in PyTorch, Transformers and PEFT on the CPU, in float32 and under bfloat16 autocast.
Arguments: model, batch, threads. Prints one line of JSON: the median of five steps each, after one to warm up."""
import json
import statistics
import sys
import time

import peft
import torch
import transformers

SHAPES = {
    "deit-tiny": dict(hidden_size=192, num_hidden_layers=12, num_attention_heads=3, intermediate_size=768),
    "vit-base": dict(hidden_size=768, num_hidden_layers=12, num_attention_heads=12, intermediate_size=3072),
    "vit-large": dict(hidden_size=1024, num_hidden_layers=24, num_attention_heads=16, intermediate_size=4096),
}
name, batch, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(threads)
torch.manual_seed(0)
shape = transformers.ViTConfig(**SHAPES[name], image_size=224, patch_size=16, num_labels=5)
base = transformers.ViTForImageClassification(shape)
# Newer versions of Transformers call query and value q_proj and v_proj.
lora = peft.LoraConfig(r=16, lora_alpha=16, lora_dropout=0.1, target_modules=r".*\.(query|value|q_proj|v_proj)", modules_to_save=["classifier"])
model = peft.get_peft_model(base, lora).train()
trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]
pixels = torch.randn(batch, 3, 224, 224)
labels = torch.arange(batch) % 5


def step(is_bfloat16):
    for parameter in trainable:
        parameter.grad = None
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=is_bfloat16):
        loss = model(pixel_values=pixels, labels=labels).loss
    loss.backward()


def measure(is_bfloat16):
    step(is_bfloat16)
    times = []
    for _ in range(5):
        start = time.perf_counter()
        step(is_bfloat16)
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


versions = f"PyTorch {torch.__version__}, Transformers {transformers.__version__}, PEFT {peft.__version__}"
print(json.dumps({"medianMs": {"float32": measure(False), "bfloat16": measure(True)}, "versions": versions}))
