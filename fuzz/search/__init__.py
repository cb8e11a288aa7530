"""Search: generation, mutation, feedback, engines and shrinking of cases."""
