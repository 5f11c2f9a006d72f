"""Networks: the Reflective Code Transformer, its checkpoints, and drawing tokens from a causal language model."""
