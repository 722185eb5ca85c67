"""Label an article and print who is for, in doubt, or against: python examples/label_article.py"""

from pathlib import Path

import stancelib

article = (Path(__file__).parent / "articles" / "gulf_radar_pact.txt").read_text("utf-8")

for passage in stancelib.load().label(article):
    if passage.stance != "neutral" and not passage.abstained:
        print(f"{passage.stance:11} {passage.probability:.2f}  {passage.text[:90]}…")
