"""What a notebook's loader does with each image in each epoch, in processes: decode, RandomResizedCrop, flip, normalise."""

import math
import random
import sys
import time
from multiprocessing import Pool
from pathlib import Path

import numpy as np
from PIL import Image


def load(path):
    image = Image.open(path).convert("RGB")
    width, height = image.size
    while True:
        area = width * height * random.uniform(0.5, 1)
        ratio = math.exp(random.uniform(math.log(3 / 4), math.log(4 / 3)))
        w, h = round(math.sqrt(area * ratio)), round(math.sqrt(area / ratio))
        if w <= width and h <= height:
            break
    left, top = random.randint(0, width - w), random.randint(0, height - h)
    view = image.crop((left, top, left + w, top + h)).resize((224, 224), Image.Resampling.BILINEAR)
    if random.random() < 0.5:
        view = view.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    values = (np.asarray(view, dtype=np.float32) / 255 - 0.5) / 0.5
    return np.ascontiguousarray(values.transpose(2, 0, 1)).shape[0]


if __name__ == "__main__":
    paths = sorted(Path(sys.argv[1]).glob("*.jpg"))
    with Pool(int(sys.argv[2])) as pool:
        pool.map(load, paths[:4])
        start = time.perf_counter()
        pool.map(load, paths, chunksize=4)
        print(len(paths) / (time.perf_counter() - start))
