"""`./faktura demo`: the diary of one client, played on a running system with a moved clock, and checked at the end."""
