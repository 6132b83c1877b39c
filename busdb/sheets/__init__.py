"""Tables of editors (XLSX, CSV): which there are, their columns, how cells are read and written.

``grid`` turns bytes into rows of cells, ``cells`` cells into values, ``columns`` says what a column is and ``tables``
which columns each table has; ``headings`` finds them in a file, ``reading`` makes edits of rows, ``writing`` rows of
records. Nothing here knows the database: what rows refer to is asked of ``formats.Names``.
"""
