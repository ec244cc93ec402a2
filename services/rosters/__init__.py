"""Rosters: workbooks and CSV files of people, read, judged row by row, given back with what is wrong in them."""
