"""Loads a model folder with Hugging Face Transformers and prints logits, class, labels and what its loading missed as JSON.

Usage: python load-with-transformers.py MODEL_DIR PIXELS_JSON
PIXELS_JSON holds {"pixel_values": {"shape", "data"}}.
"""

import json
import sys

import torch
from transformers import AutoImageProcessor, AutoModelForImageClassification

model_dir, pixels_path = sys.argv[1:]
pixels = json.load(open(pixels_path))["pixel_values"]
pixel_values = torch.tensor(pixels["data"], dtype=torch.float32).reshape(pixels["shape"])
model, info = AutoModelForImageClassification.from_pretrained(model_dir, output_loading_info=True)
with torch.no_grad():
    logits = model.eval()(pixel_values=pixel_values).logits
processor = AutoImageProcessor.from_pretrained(model_dir)
print(
    json.dumps(
        {
            "logits": logits.tolist(),
            "class": type(model).__name__,
            "labels": list(model.config.id2label.values()),
            "missing": sorted(info["missing_keys"]),
            "unexpected": sorted(info["unexpected_keys"]),
            "processor": type(processor).__name__,
        }
    )
)
