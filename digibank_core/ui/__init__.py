"""What people see: the only code that knows ipywidgets, anywidget, itables and matplotlib."""
