"""Live parts of pages as server-sent events: what changed in jobs and runs since the page was drawn.

Live parts redraw what pages draw, so this room imports `app.web.pages`, never the other way round. A page names its
stream's address in `hx-sse:connect`; a page has at most one open stream.
"""

from app.web.live import investigations, jobs, reruns, runs

ROUTERS = (jobs.router, reruns.router, runs.router, investigations.router)
