"""Networks: the Reflective Code Transformer and its checkpoints."""
