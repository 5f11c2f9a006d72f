"""What people and browsers meet: pages, live parts, markup, and who may do what."""
