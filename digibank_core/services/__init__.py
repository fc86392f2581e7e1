"""The only code that writes: one module per noun; every service first asks for the right."""
