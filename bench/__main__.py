import importlib
import sys

FIGURES = ["start", "pages", "submission", "growth", "search", "suggestion", "quality"]
WHEN_NAMED = ["million"]  # takes more than an hour

if __name__ == "__main__":
    for name in sys.argv[1:] or FIGURES:
        if name not in FIGURES + WHEN_NAMED:
            sys.exit(f"There is no figure {name}. Choose from: {', '.join(FIGURES + WHEN_NAMED)}")
        module = importlib.import_module(f"bench.{name}")
        print(f"\n== {(module.__doc__ or '').splitlines()[0]}", flush=True)
        module.run()
