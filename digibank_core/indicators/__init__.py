"""The only code that measures: pure functions over frames, one module per noun."""
