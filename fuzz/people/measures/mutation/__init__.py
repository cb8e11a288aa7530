"""Mutation score: how many small mistakes, made on purpose, do the judges notice?"""
