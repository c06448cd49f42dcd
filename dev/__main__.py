"""`python -m dev …`: what `./faktura` runs."""

from dev.commands import app

if __name__ == "__main__":
    app.meta()
