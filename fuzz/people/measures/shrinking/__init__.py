"""How small do found cases get, beside what people wrote down? `scripts/measure-shrinking` asks."""
