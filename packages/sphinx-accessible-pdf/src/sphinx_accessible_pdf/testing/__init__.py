"""Helps projects to test their PDFs; the extra `testing` installs what it needs.

`layout` finds text that is printed over other text, `reading` reads a PDF by its tags as a screen
reader does, and `parity` finds sentences of the web pages that the PDF does not have.
"""
