"""A fictional university: sample files, a generator of more, a filled database and
the benchmark. Not part of the two addons."""
