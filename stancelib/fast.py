"""The fast model: compiled tables for stance and sentiment, light ones for holder and initiative."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from .attribution import Attribution, SpanTables, Spotter
from .compiled import CompiledModel
from .model_folder import ModelFolder
from .records import NO_STANCE
from .scores import Finding, Scores

__all__ = ["FastModel"]


class FastModel:
    """Scores passages with compiled tables; finds holders and initiatives where it has tables for them.

    Parameters
    ----------
    scorer : CompiledModel
    spotter : Spotter, optional
        Without one, holders and initiatives stay None.
    """

    def __init__(self, scorer: CompiledModel, spotter: Spotter | None = None) -> None:
        self.scorer = scorer
        self.spotter = spotter

    @property
    def stances(self) -> tuple[str, ...]:
        """Names of the stances, in the order of the columns."""
        return self.scorer.stances

    @property
    def sentiments(self) -> tuple[str, ...]:
        """Names of the sentiments, in the order of the columns."""
        return self.scorer.sentiments

    @classmethod
    def from_folder(cls, content: ModelFolder) -> FastModel:
        """The model that a verified model folder holds.

        Raises
        ------
        ModelFolderError
            When an array is missing or its shape does not fit the others.
        """
        tables = SpanTables.from_arrays(content.arrays, str(content.path))
        return cls(CompiledModel.from_folder(content), Spotter(tables) if tables else None)

    def to_folder(self, settings: Mapping[str, Any], files: Mapping[str, bytes]) -> ModelFolder:
        """The content of a model folder, not yet written."""
        content = self.scorer.to_folder(settings, files)
        return replace(content, arrays={**content.arrays, **(self.spotter.tables.arrays() if self.spotter else {})})

    def scores(self, texts: Sequence[str]) -> Scores:
        """Probabilities of stances and sentiments, one row per passage."""
        return self.scorer.scores(texts)

    def explain(self, texts: Sequence[str], *, holders: bool = True) -> tuple[Scores, list[Finding]]:
        """Scores, and in each passage the words that moved the stance; with ``holders`` also who takes it, of what."""
        scores, findings = self.scorer.explain(texts)
        if not holders or self.spotter is None:
            return scores, findings
        stances = [self.stances[column] for column in scores.stances.argmax(axis=1).tolist()]
        attributions = self.attributions(texts, stances)
        return scores, [
            Finding(finding.evidence, *attribution) for finding, attribution in zip(findings, attributions, strict=True)
        ]

    def attributions(self, texts: Sequence[str], stances: Sequence[str]) -> list[Attribution]:
        """Holder and initiative of passages whose stances are known.

        Parameters
        ----------
        texts : sequence of str
        stances : sequence of str
            One per text; a neutral passage has no holder.

        Returns
        -------
        list of Attribution
            One per text, in the same order.
        """
        if self.spotter is None:
            return [Attribution()] * len(texts)
        return self.spotter.find(texts, [stance != NO_STANCE for stance in stances])
