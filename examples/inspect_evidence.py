"""Show the words that moved each stance, in place: python examples/inspect_evidence.py"""

from pathlib import Path

import stancelib

article = (Path(__file__).parent / "articles" / "northern_cable_watch.txt").read_text("utf-8")

for passage in stancelib.load().label(article, min_probability=0.5):
    if passage.abstained or passage.stance == "neutral":
        continue
    marked = article[passage.start : passage.end]
    for part in sorted(passage.evidence, reverse=True):
        start, end = part.start - passage.start, part.end - passage.start
        marked = f"{marked[:start]}[{marked[start:end]} {part.weight:+.1f}]{marked[end:]}"
    print(f"{passage.stance} ({passage.probability:.2f}): {marked}\n")
