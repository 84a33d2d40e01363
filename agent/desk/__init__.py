"""The shell: everything that happens in an order; it loads, proposes, decides, commits, and only then sends."""
