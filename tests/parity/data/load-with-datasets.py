"""Loads a folder with Hugging Face's library datasets and prints, for each split, the classes, the labels and the images' sha256.

Usage: python load-with-datasets.py FOLDER CACHE_DIR [BUILDER]
With BUILDER (parquet, imagefolder) the files alone are read, without README.md; else the folder as it is.
"""

import hashlib
import json
import sys

import datasets

folder, cache_dir, *builder = sys.argv[1:]
datasets.disable_progress_bars()
loaded = datasets.load_dataset(builder[0], data_dir=folder, cache_dir=cache_dir) if builder else datasets.load_dataset(folder, cache_dir=cache_dir)
result = {}
for split, rows in loaded.items():
    decoded = [image.size for image in rows['image']]
    raw = rows.cast_column('image', datasets.Image(decode=False))['image']
    contents = [image['bytes'] or open(image['path'], 'rb').read() for image in raw]
    result[split] = {
        'names': rows.features['label'].names,
        'labels': list(rows['label']),
        'sizes': decoded,
        'sha256': [hashlib.sha256(content).hexdigest() for content in contents],
    }
print(json.dumps(result))
