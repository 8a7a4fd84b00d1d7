"""How dates read where Django's own way misleads. Not here: numbers, money, spans (figures.py)."""
