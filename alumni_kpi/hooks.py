def post_init_hook(env):
    """Count what the office has recorded before this addon was installed."""
    env["alumni.rebuild"]._run()
