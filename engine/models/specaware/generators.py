"""Networks that generate a band's factors from its conditional vector (specification section 8)."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn


@dataclass(frozen=True)
class BandFactors:
    """Generated weights of every band: its kernel is K_c = U_c V_c.

    Attributes:
        u: (B, C, rows, rank).
        v: (B, C, rank, columns).
        bias: (B, rows) for the embedding, (B, C, rows) for the decoder.
    """

    u: Tensor
    v: Tensor
    bias: Tensor

    def kernels(self) -> Tensor:
        """(B, C, rows, columns); large for wide models, meant for explanations."""
        return self.u @ self.v


class MatrixGenerator(nn.Module):
    """Generators of U (rows x rank), V (rank x columns) and bias (rows)."""

    def __init__(self, width: int, rows: int, columns: int, rank: int, dropout: float) -> None:
        super().__init__()
        self.rows, self.columns, self.rank = rows, columns, rank
        self.u_generator = _factor_generator(width, rows * rank, dropout)
        self.v_generator = _factor_generator(width, rank * columns, dropout)
        self.bias_generator = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width // 2), nn.GELU(),
                                            nn.Linear(width // 2, rows))

    def u(self, conditional: Tensor) -> Tensor:
        """(B, C, w) -> (B, C, rows, rank)."""
        return self.u_generator(conditional).unflatten(-1, (self.rows, self.rank))

    def v(self, conditional: Tensor) -> Tensor:
        """(B, C, w) -> (B, C, rank, columns)."""
        return self.v_generator(conditional).unflatten(-1, (self.rank, self.columns))

    def u_hidden(self, conditional: Tensor) -> Tensor:
        """(B, C, w) -> (B, C, w/2), of which U is a linear function."""
        return self.u_generator[:-1](conditional)

    def v_hidden(self, conditional: Tensor) -> Tensor:
        """(B, C, w) -> (B, C, w/2), of which V is a linear function."""
        return self.v_generator[:-1](conditional)

    @property
    def v_last(self) -> nn.Linear:
        """The layer from `v_hidden` to V."""
        return self.v_generator[-1]  # type: ignore[return-value]

    @property
    def u_last(self) -> nn.Linear:
        """The layer from `u_hidden` to U."""
        return self.u_generator[-1]  # type: ignore[return-value]


def _factor_generator(width: int, outputs: int, dropout: float) -> nn.Sequential:
    return nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width), nn.GELU(), nn.Dropout(dropout),
                         nn.Linear(width, width // 2), nn.GELU(), nn.Linear(width // 2, outputs))
