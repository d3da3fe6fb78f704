"""How well drafting does, without a model: known answers played back, baselines, limits, reports."""
