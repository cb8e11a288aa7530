"""Locks and other meeting places, one primitive a file, made of points and `World.park`."""
