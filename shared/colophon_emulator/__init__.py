"""Emulated AWS in this process: deploys a SAM template on moto and runs its functions, queues, streams and CDN.

It knows nothing of the program that it runs, and could be a project of its own. A caller needs these names:

- ``stack.EmulatedStack``: a template deployed, with ``outputs``, ``client(service)``, ``endpoint``, ``denials``,
  ``unused_grants()``, ``not_emulated``, and three parts:

  - ``dispatcher``: ``run_until_idle``, ``step``, ``start``, ``stop``, ``fire``, ``count_waiting``, ``count_due``,
    ``dead_letters``, ``invocations``
  - ``functions``: ``invoke``, ``failures``, ``logs``, ``counts``, ``is_running``
  - ``invalidations``: ``subscribe``, ``accepted``, ``throttle``

- ``distribution.load_distribution`` and ``site_server.SiteServer``, with ``edge_cache.EdgeCache``: the template's CDN
  on a local port
- ``errors.EmulationError`` and ``errors.NotIdle``
- ``stack.EmulatedStack(..., in_open_account=True)`` within ``engine.run_moto``: several stacks in one account
- ``clock.ManualClock``: a clock for the CDN that a test moves

Tests also use ``deploy.deploy`` within ``engine.run_moto`` (a deployment without running functions), and
``lock.patch`` and ``lock.LOCK`` to look into moto.
"""
