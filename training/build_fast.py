"""Rebuild the bundled fast model, byte for byte: python training/build_fast.py

Reads ``training/corpus`` and ``training/scores.json``, writes ``stancelib/models/fast``.
``--check`` builds into a temporary folder instead and compares digests (exit status 1 when they
differ). ``training/measure.py`` makes the scores.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import tempfile
from pathlib import Path

PINNED = {
    "OPENBLAS_CORETYPE": "Haswell",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",
    "PYTHONHASHSEED": "0",
}
"""Numerical libraries choose their kernels by the CPU; these make every x86 machine choose the same."""

HERE = Path(__file__).parent
CORPUS = HERE / "corpus"
SCORES = HERE / "scores.json"
MODEL = HERE.parent / "stancelib" / "models" / "fast"


def pin_kernels() -> None:
    """Start this script anew with the pinned environment, unless it is pinned already."""
    if any(os.environ.get(name) != value for name, value in PINNED.items()):
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **PINNED})


def corpus_digest(folder: Path = CORPUS) -> str:
    """sha256 over the corpus files, in the order of their names."""
    digest = hashlib.sha256()
    for file in sorted(folder.glob("*.jsonl")):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def build(folder: Path) -> str:
    """Train on the whole corpus and write the model folder.

    Returns
    -------
    str
        Digest of the model.
    """
    from cards import fast_card
    from recipes import fit_fast

    from stancelib.attribution import Spotter
    from stancelib.attribution_training import fit_attribution
    from stancelib.compilation import compile_classifiers
    from stancelib.corpus import read_corpus
    from stancelib.fast import FastModel
    from stancelib.model_folder import CARD, write_model_folder

    corpus = read_corpus(CORPUS)
    scores = json.loads(SCORES.read_text("utf-8"))["fast"]
    if scores["corpus_digest"] != corpus_digest():
        sys.exit("training/scores.json belongs to another corpus: run training/measure.py first")
    stance, sentiment = fit_fast(corpus)
    model = FastModel(compile_classifiers(stance, sentiment), Spotter(fit_attribution(corpus)))
    settings = {"name": "fast", "corpus_digest": corpus_digest(), "passages": len(corpus)}
    card = fast_card(corpus, scores).encode("utf-8")
    return write_model_folder(folder, model.to_folder(settings, {CARD: card}))


def main() -> int:
    """Build, or check that building gives what is there."""
    pin_kernels()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with the bundled model instead of replacing it")
    if not parser.parse_args().check:
        print(f"fast model {build(MODEL)} written to {MODEL}")
        return 0
    bundled = json.loads((MODEL / "manifest.json").read_text("utf-8"))["digest"]
    with tempfile.TemporaryDirectory() as folder:
        rebuilt = build(Path(folder) / "fast")
    same = rebuilt == bundled
    print(f"bundled {bundled}\nrebuilt {rebuilt}\n{'identical' if same else 'DIFFERENT'}")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
