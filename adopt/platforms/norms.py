"""Return norms by industry (DOMAIN K1): what a direct-train shop is expected to earn per yuan."""

NORM_ROI: dict[str, float] = {"clothing": 7.0, "home_appliances": 9.0, "general": 8.0}
