"""The pages: a router, a frozen context and a template each.

To add a page: write a module here with a `router`, add it to `ROUTERS`, and add its link to the navigation in
`templates/base.html`. Pages read the store through `app.queries` and hold no query of their own.
"""

from app.web.pages import (
    checkpoints,
    columns,
    compare,
    failures,
    forgetting,
    health,
    investigations,
    jobs,
    labels,
    metrics,
    new_run,
    overview,
    problem,
    problem_sets,
    problems,
    reader,
    rerun,
    run,
    runs,
    search,
    static_files,
    steer,
    transcripts,
    work,
)

ROUTERS = (
    overview.router,
    runs.router,
    rerun.router,
    labels.router,
    new_run.router,
    steer.router,
    run.router,
    problems.router,
    problem.router,
    compare.router,
    failures.router,
    problem_sets.router,
    work.router,
    checkpoints.router,
    columns.router,
    forgetting.router,
    transcripts.router,
    investigations.router,
    jobs.router,
    health.router,
    metrics.router,
    search.router,
    reader.router,
    static_files.router,
)
