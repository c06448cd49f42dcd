"""The outside world to try the system with: a mail server that keeps what it receives, a print shop, and a bank.

They use the real protocols: SMTP, the print-shop API, OCR giro files.
"""
