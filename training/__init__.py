"""How Tessera's built-in models are made and measured. A tool beside the app: see README.md."""
