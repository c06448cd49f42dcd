"""`python -m cli …`: what a production install runs."""

from cli.commands import app

if __name__ == "__main__":
    app()
