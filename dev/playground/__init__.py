"""The world outside, to try the house with: a mail server that keeps what it gets, a print shop, and a bank.

These are real peers (SMTP, the print-shop API, OCR giro files); only the machine they stand on is ours.
"""
