"""Pictures of the model's state, from the outside: nothing here announces or changes anything."""
