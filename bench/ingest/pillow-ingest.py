"""What a notebook does to make a training set small: decode every image of a folder and scale it to 224 pixels, in processes."""

import resource
import sys
import time
from multiprocessing import Pool
from pathlib import Path

from PIL import Image


def shrink(path):
    return Image.open(path).convert("RGB").resize((224, 224), Image.Resampling.BILINEAR).size[0]


if __name__ == "__main__":
    paths = sorted(path for path in Path(sys.argv[1]).iterdir())
    with Pool(int(sys.argv[2])) as pool:
        pool.map(shrink, paths[:4])
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.perf_counter()
        pool.map(shrink, paths, chunksize=4)
        wall = time.perf_counter() - start
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(len(paths), wall, used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime)
