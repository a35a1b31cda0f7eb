"""The figures that the README promises, measured: `make bench`, or `python -m bench start pages` for some of them."""
