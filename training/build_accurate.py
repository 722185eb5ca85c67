"""Put a trained encoder into the package: python training/build_accurate.py FOLDER

FOLDER is the ``int8`` folder that ``training/train_encoder.py`` wrote. Writes
``stancelib/models/accurate`` with a model card from the figures of the training run.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from cards import accurate_card

from stancelib.accurate import KIND
from stancelib.corpus import read_corpus
from stancelib.encoder import FILES
from stancelib.model_folder import CARD, ModelFolder, write_model_folder

HERE = Path(__file__).parent
MODEL = HERE.parent / "stancelib" / "models" / "accurate"


def build(source: Path, target: Path = MODEL) -> str:
    """Write the model folder.

    Parameters
    ----------
    source : Path
        Folder with ``encoder.onnx``, ``tokenizer.json`` and ``encoder.json``.
    target : Path

    Returns
    -------
    str
        Digest of the model.
    """
    files = {name: (source / name).read_bytes() for name in FILES}
    facts = json.loads(files["encoder.json"])
    files[CARD] = accurate_card(read_corpus(HERE / "corpus"), facts).encode("utf-8")
    return write_model_folder(target, ModelFolder(KIND, {"name": "accurate"}, {}, files))


def main() -> int:
    """Build the model named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=Path, help="the int8 folder of a training run")
    print(f"accurate model {build(parser.parse_args().source)} written to {MODEL}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
