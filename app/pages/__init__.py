"""The pages: one file, one router, one frozen Context, one template each.

To add a page: write `app/pages/<page>.py` with a `router`, add it to `ROUTERS`, and its link to the navigation in
`templates/base.html`. `preferences` and `static_files` serve every page; `error_page` catches what goes wrong.
"""

from app.pages import (
    jobs,
    login,
    overview,
    preferences,
    problem,
    problems,
    programs,
    rerun,
    run,
    runs,
    static_files,
)

ROUTERS = (
    overview.router,
    runs.router,
    run.router,
    problems.router,
    problem.router,
    programs.router,
    rerun.router,
    jobs.router,
    preferences.router,
    login.router,
    static_files.router,
)
