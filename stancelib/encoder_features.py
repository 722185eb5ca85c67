"""From passages to the encoder's vectors, as a scikit-learn transformer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from .accurate import AccurateModel
from .encoder import WIDTH
from .errors import InputError, ModelFolderError
from .labeler import Labeler, load
from .tokens import check_texts

__all__ = ["EncoderFeatures", "load_encoder"]


class EncoderFeatures(TransformerMixin, BaseEstimator):
    """Dense matrix of the encoder's vectors, one row per passage.

    Needs onnxruntime and tokenizers (``pip install 'stancelib[accurate]'``). Nothing is learned:
    `fit` loads the model and notes its digest.

    Parameters
    ----------
    model : str or Path, default "accurate"
        ``"accurate"`` for the model that comes with the package, or a model folder with an encoder.

    Attributes
    ----------
    digest_ : str
        Digest of the model that `fit` loaded. A copy (pickle, joblib) carries the digest instead of
        the encoder, loads the model when it is first used, and refuses another one.

    See Also
    --------
    PassageFeatures : words, pairs and cues; needs no extra.
    """

    def __init__(self, model: str | Path = "accurate") -> None:
        self.model = model

    def fit(self, X: Sequence[str], y: Any = None) -> Self:
        """Load the model; nothing is learned from the passages.

        Parameters
        ----------
        X : sequence of str
            Passages.
        y : ignored

        Returns
        -------
        EncoderFeatures
            Itself.

        Raises
        ------
        InputError
            When ``model`` has no encoder.
        MissingExtraError
            When onnxruntime or tokenizers is not installed.
        """
        check_texts(X)
        labeler, model = load_encoder(self.model)
        self.digest_ = labeler.digest
        self._encoder: Any = model.encoder
        return self

    def transform(self, X: Sequence[str]) -> NDArray[np.float64]:
        """The encoder's vectors of passages.

        Parameters
        ----------
        X : sequence of str
            Passages of any length.

        Returns
        -------
        ndarray of shape (n_passages, 384), float64
            Means over the passage's tokens, not of unit length.

        Raises
        ------
        ModelFolderError
            When this is a copy and the model is not the one that `fit` loaded.
        """
        check_is_fitted(self)
        if self._encoder is None:
            self._encoder = self._reloaded()
        return np.asarray(self._encoder.encode(X).vectors, dtype=np.float64)

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Names of the columns: ``vector:0`` to ``vector:383``.

        Parameters
        ----------
        input_features : ignored

        Returns
        -------
        ndarray of str, shape (384,)
        """
        check_is_fitted(self)
        return np.array([f"vector:{column}" for column in range(WIDTH)], dtype=object)

    def __getstate__(self) -> dict[str, Any]:
        state = dict(super().__getstate__())
        return state | {"_encoder": None} if "_encoder" in state else state

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags

    def _reloaded(self) -> Any:
        labeler, model = load_encoder(self.model)
        if labeler.digest != self.digest_:
            raise ModelFolderError(
                f"the model {self.model} has digest {labeler.digest[:12]}, these features were fitted with "
                f"{self.digest_[:12]}: give that model again, or fit anew"
            )
        return model.encoder


def load_encoder(model: str | Path) -> tuple[Labeler, AccurateModel]:
    """A labeler whose model has an encoder, and that model.

    Raises
    ------
    InputError
        When the model has no encoder.
    """
    labeler = load(model)
    if not isinstance(labeler.model, AccurateModel):
        raise InputError(f"the model {model} has no encoder: give 'accurate', or a folder made from it")
    return labeler, labeler.model
