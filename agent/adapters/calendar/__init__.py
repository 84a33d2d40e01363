"""The Calendar port kept in our own store: computing free times, holding and booking them."""
