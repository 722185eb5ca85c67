"""Published figures on the public sets, as their sources give them; shares of 1.

Every figure was looked up; where the paper itself was not at hand, the source says who quotes it.
They were measured on the official test sets, most of them with larger models than ours.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Published:
    """A figure of the official metric on a named test of a set."""

    set: str
    test: str
    system: str
    value: float
    source: str


HAMBORG = "Hamborg and Donnay, EACL 2021, abstract"
MOHAMMAD = "Mohammad et al., SemEval 2016, abstract"
PATRA = "Patra et al., SemEval 2016 (JU_NLP), abstract"
HE = "He et al. 2022, as quoted on GitHub in issue 1 of their zihaohe123/wiki-enhanced-stance-detection"
HANLEY = "Hanley and Durumeric (TATA), EMNLP 2023, README of hanshanley/tata"
LI = "Li et al., Findings of ACL 2021, abstract"
POPAT = "Popat et al., EMNLP 2019, as quoted in the introduction of arXiv 2109.06508"
CHEN = "Chen et al., NAACL 2019, as quoted in the introduction of arXiv 2109.06508"

FIGURES = (
    Published("newsmtsc", "rw", "GRU-TSC", 0.831, HAMBORG),
    Published("newsmtsc", "rw", "best model before it", 0.817, HAMBORG),
    Published("newsmtsc", "mt", "GRU-TSC", 0.825, HAMBORG),
    Published("newsmtsc", "mt", "best model before it", 0.812, HAMBORG),
    Published("semeval2016", "task A", "best of 19 teams", 0.6782, MOHAMMAD),
    Published("semeval2016", "task A", "support vector machine", 0.6060, PATRA),
    Published("vast", "zero-shot", "TATA", 0.771, HANLEY),
    Published("vast", "zero-shot", "BERT with Wikipedia", 0.753, HE),
    Published("vast", "all", "BERT with Wikipedia", 0.736, HE),
    Published("pstance", "test", "BERTweet", 0.8053, LI),
    Published("perspectrum", "test", "people", 0.9090, CHEN),
    Published("perspectrum", "test", "STANCY (BERT)", 0.7776, POPAT),
)
"""None was found for ibm_argq30k, which was published for ranking arguments by their quality."""
