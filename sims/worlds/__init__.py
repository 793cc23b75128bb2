"""Markets with known truth that write the files of a platform."""
