"""Multiplication and addition in one instruction where the processor has it, told apart from fastmath.

``llvm.fmuladd`` fuses only what is written so, in vectors and remainders alike: which lane a number
stands in changes no byte. Fused, the kernels of the curves do half the arithmetic instructions.
"""

from collections.abc import Callable
from typing import Any, cast

from llvmlite import ir  # type: ignore[import-untyped]
from numba import config, types
from numba.extending import intrinsic

__all__ = ["multiply_add"]


def _in_python(a: float, b: float, c: float) -> float:
    """What the instruction computes, but for one rounding."""
    return a * b + c


def _in_machine_code(_context: Any, _a: Any, _b: Any, _c: Any) -> Any:  # noqa: ANN401 -- numba's own types
    """Signature and code generator, as numba's extension interface wants them."""

    def generate(_target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        double = ir.DoubleType()
        kind = ir.FunctionType(double, [double] * 3)
        fused = builder.module.declare_intrinsic("llvm.fmuladd", [double], kind)
        return builder.call(fused, arguments)

    return types.float64(types.float64, types.float64, types.float64), generate


multiply_add = cast(
    "Callable[[float, float, float], float]",
    _in_python if config.DISABLE_JIT else intrinsic(_in_machine_code),  # type: ignore[attr-defined]
)
"""a * b + c."""
