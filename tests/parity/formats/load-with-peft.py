"""Loads an adapter with Hugging Face PEFT and prints logits and adapted modules as JSON.

Usage: python load-with-peft.py BASE_DIR ADAPTER_DIR GOLDEN_JSON NUM_OUTPUTS
"""

import json
import sys
import warnings

import torch
from peft import PeftModel
from transformers import AutoModelForImageClassification

base_dir, adapter_dir, golden_path, num_outputs = sys.argv[1:]
warnings.filterwarnings("error", message=".*missing adapter keys.*")
golden = json.load(open(golden_path))
pixels = golden["pixel_values"]
pixel_values = torch.tensor(pixels["data"], dtype=torch.float32).reshape(pixels["shape"])
base = AutoModelForImageClassification.from_pretrained(base_dir, num_labels=int(num_outputs), ignore_mismatched_sizes=True)
model = PeftModel.from_pretrained(base, adapter_dir).eval()
with torch.no_grad():
    logits = model(pixel_values=pixel_values).logits
adapted = [name.removeprefix("base_model.model.") for name, module in model.named_modules() if hasattr(module, "lora_A")]
print(json.dumps({"logits": logits.tolist(), "adapted": adapted}))
