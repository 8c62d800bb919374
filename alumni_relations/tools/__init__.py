from . import match_key
