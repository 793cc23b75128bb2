"""Every Numba function, nothing else: arrays in, arrays out, no frames, no I/O."""
