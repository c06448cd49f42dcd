"""`./faktura demo`: the diary of one client, played on the running parts with a moved clock, and checked at the end."""
