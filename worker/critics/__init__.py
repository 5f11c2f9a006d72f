"""Critics and their rivals behind one interface: what reads a failed attempt and its trace and writes a revision.

`rct` is the Reflective Code Transformer with its ablations, `prompted` any model that is asked in words, `resample` no
critic at all: another draft for the same failure.
"""

from worker.critics.critic import Critic, Repair, RepairRequest

__all__ = ["Critic", "Repair", "RepairRequest"]
