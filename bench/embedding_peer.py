"""sentence-transformers as the clock of `bench.embedding` sees it; runs in the peers' environment.

Reads a JSON list of texts, then embeds them all for every line that follows, and answers each with
the seconds it took.
"""

import json
import sys
import time
from pathlib import Path

from sentence_transformers import SentenceTransformer

model = SentenceTransformer(str(Path(sys.argv[1])), device="cpu")
texts: list[str] = json.loads(sys.stdin.readline())
model.encode(texts[:32])
print("ready", flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    model.encode(texts)
    print(time.perf_counter() - start, flush=True)
