"""Critics and their rivals behind one interface: they read a failed attempt and its trace, and write a revision.

`rct` is the Reflective Code Transformer with its ablations, `prompted` any model that is asked in words, `resample` no
critic at all: another draft for the same failure. `registry` finds the class that a kind of arm names.
"""

from worker.critics.critic import Critic, CriticError, Repair, RepairRequest
from worker.critics.registry import make_critic

__all__ = ["Critic", "CriticError", "Repair", "RepairRequest", "make_critic"]
