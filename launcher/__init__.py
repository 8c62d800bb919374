"""What the command ``./alumni`` does; standard library only, it makes the rest."""
