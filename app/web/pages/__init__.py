"""The pages: one file, one router, one frozen Context, one template each.

To add a page: write `app/web/pages/<page>.py` with a `router`, add it to `ROUTERS`, and its link to the navigation in
`templates/base.html`. `preferences` and `static_files` serve every page; `error_page` catches what goes wrong.
"""

from app.web.pages import (
    checkpoints,
    compare,
    health,
    jobs,
    live,
    login,
    overview,
    preferences,
    problem,
    problem_sets,
    problems,
    programs,
    report_files,
    rerun,
    run,
    runs,
    static_files,
    steer,
    transcripts,
)

ROUTERS = (
    overview.router,
    runs.router,
    rerun.router,
    steer.router,
    live.router,
    run.router,
    problems.router,
    problem.router,
    programs.router,
    report_files.router,
    compare.router,
    problem_sets.router,
    checkpoints.router,
    transcripts.router,
    jobs.router,
    health.router,
    preferences.router,
    login.router,
    static_files.router,
)
