"""Writes the vectors that the embedder's tests compare with, by the original implementation.

Runs in an environment with `bench/peers.txt`, offline, and never in the product's own:
`HF_HUB_OFFLINE=1 python bench/reference_vectors.py MODEL_FOLDER TEXTS.json VECTORS.npy`
"""

import json
import sys
from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer

model_folder, texts, vectors = (Path(argument) for argument in sys.argv[1:])
model = SentenceTransformer(str(model_folder), device="cpu")
encoded = [model.encode(text) for text in json.loads(texts.read_text(encoding="utf-8"))]
# Half precision keeps a cosine to a few parts in 10^8, in 768 bytes.
np.save(vectors, np.stack(encoded).astype(np.float16))
