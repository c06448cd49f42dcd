"""What an attacker or a mistaken key may try, and what must stay as it was."""
