"""Emulated AWS in this process: deploys a SAM template on moto and runs its functions, queues, streams and CDN.

It knows nothing of the program that it runs, and could be a project of its own. A caller needs these names:

- ``stack.EmulatedStack``: a template deployed, with ``outputs``, ``client(service, caller)``, ``add_identity`` (a user
  with given policies), ``endpoint``, ``denials``, ``refusals``, ``unused_grants()``, ``not_emulated``, and four parts:

  - ``dispatcher``: ``run_until_idle``, ``step``, ``advance``, ``pass_time``, ``start``, ``stop``, ``fire``, ``limits``,
    ``count_waiting``, ``count_due``, ``dead_letters``, ``invocations``, ``throttles``, ``queue_ages``,
    ``iterator_ages``
  - ``functions``: ``invoke``, ``failures``, ``logs``, ``counts``, ``errors``, ``at_once``, ``is_running``
  - ``invalidations``: ``subscribe``, ``accepted``, ``throttle``
  - ``faults``: ``begin``, ``end_all``, ``struck``; what may fail is in the module ``faults``

- ``distribution.load_distribution`` and ``site_server.SiteServer``, with ``edge_cache.EdgeCache``: the template's CDN
  on a local port
- ``errors.EmulationError`` and ``errors.NotIdle``
- ``stack.EmulatedStack(..., in_open_account=True)`` within ``engine.run_moto``: several stacks in one account
- ``clock.ManualClock``: a clock that a test moves, for the CDN or for the whole stack
- ``limits.Limits``: how many batches run at once, Lambda's quota, the shards of a stream, the seed of the order

Tests also use ``deploy.deploy`` within ``engine.run_moto`` (a deployment without running functions), and
``lock.patch`` and ``lock.LOCK`` to look into moto.
"""
