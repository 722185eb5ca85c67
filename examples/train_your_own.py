"""Train a model on your own examples and measure it: python examples/train_your_own.py

The examples here are a part of the training corpus; yours are a .jsonl or .csv file with the
fields text and stance (and article, so that no article is torn apart by the split).
"""

import tempfile
from pathlib import Path

import stancelib

corpus = stancelib.read_corpus(Path(__file__).parent.parent / "training" / "corpus" / "modelled_compacts.jsonl")
train, test = corpus.split(test_share=0.25, random_state=0)
print(f"{len(train)} passages to learn from, {len(test)} held out")

labeler = stancelib.train(train)
print(stancelib.evaluate(labeler, test))

with tempfile.TemporaryDirectory() as folder:
    digest = stancelib.save(labeler, f"{folder}/mine")
    again = stancelib.load(f"{folder}/mine")
    print(f"saved, verified and loaded: {digest[:12]}", again.predict(["Chile vetoes the compact."]))
