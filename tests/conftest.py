"""Settings of every test: hypothesis is deterministic and knows that kernels compile."""

from hypothesis import settings

settings.register_profile("adopt", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("adopt")
