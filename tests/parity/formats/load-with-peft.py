"""Loads an adapter with Hugging Face PEFT and prints logits and adapted modules as JSON.

Usage: python load-with-peft.py BASE_DIR ADAPTER_DIR PIXELS_JSON NUM_OUTPUTS
PIXELS_JSON holds {"pixel_values": {"shape", "data"}}.
"""

import json
import sys
import warnings

import torch
import transformers
from peft import PeftConfig, PeftModel

base_dir, adapter_dir, pixels_path, num_outputs = sys.argv[1:]
warnings.filterwarnings("error", message=".*missing adapter keys.*")
pixels = json.load(open(pixels_path))["pixel_values"]
pixel_values = torch.tensor(pixels["data"], dtype=torch.float32).reshape(pixels["shape"])
# The auto class would take a distilled DeiT for the class with two heads.
base_class = getattr(transformers, PeftConfig.from_pretrained(adapter_dir).auto_mapping["base_model_class"])
base = base_class.from_pretrained(base_dir, num_labels=int(num_outputs), ignore_mismatched_sizes=True).float()
model = PeftModel.from_pretrained(base, adapter_dir).eval()
# DINOv2 interpolates by itself, the others where they are told to.
options = {"interpolate_pos_encoding": True} if base.config.model_type in ("vit", "deit") else {}
with torch.no_grad():
    logits = model(pixel_values=pixel_values, **options).logits
adapted = [name.removeprefix("base_model.model.") for name, module in model.named_modules() if hasattr(module, "lora_A")]
print(json.dumps({"logits": logits.tolist(), "adapted": adapted}))
